import { createDescribeUser } from '../../src/app/describe-user.ts';
import type { Engine } from '../../src/app/engine.ts';
import { createTokens } from '../../src/app/tokens.ts';
import { defaultRoleId, privilegeId } from '../../src/rules/seed-roles.ts';
import { createAccessDirectory } from '../../src/store/access-directory.ts';
import { PrivilegeDepth } from '../../src/tables/access-right.ts';
import type { EmailOwner } from './fill-emails.ts';

/** Users who see a part of all emails only, each with a bearer token. */
export interface Readers {
  /** All users, to own emails. */
  readonly owners: readonly EmailOwner[];
  /** By what the role reaches: the own, those of the business unit, those of some of the units. */
  readonly tokens: Readonly<Record<'user depth' | 'unit depth' | 'units depth', string>>;
}

const units = 5;
const usersOfUnit = 10;

/** Makes 50 users in five business units below the topmost; three of them get tokens. */
export async function makeReaders({ database }: Engine): Promise<Readers> {
  const { records } = database;
  const owners: { id: string; unit: string }[] = [];
  let parent: string | undefined;
  for (let at = 0; at < units; at += 1) {
    const unit = await records.create('businessunit', {
      name: `Unit ${at}`,
      // The last two lie below the third: reading "and those below" reaches three units.
      parentbusinessunitid: at > 2 && parent !== undefined ? { table: 'businessunit', id: parent } : null,
    });
    if (at === 2) parent = unit;
    for (let user = 0; user < usersOfUnit; user += 1) {
      const id = await records.create('systemuser', {
        fullname: `User ${at}.${user}`,
        domainname: `user${at}.${user}`,
        businessunitid: { table: 'businessunit', id: unit },
      });
      owners.push({ id, unit });
    }
  }
  const tokens = createTokens(database, createDescribeUser(createAccessDirectory(database)));
  const reader = async (at: number, depth: number): Promise<string> => {
    const systemuserid = owners[at]?.id ?? '';
    const roleid = await records.create('role', { name: `Reader ${at}`, isinherited: 1 });
    for (const name of ['prvReadActivity', 'prvReadUser', 'prvReadContact'])
      await records.create('roleprivileges', { roleid, privilegeid: privilegeId(name), privilegedepthmask: depth });
    for (const role of [roleid, defaultRoleId('Basic User')])
      await records.create('systemuserroles', { systemuserid, roleid: role });
    return tokens.issue({ systemuserid, name: 'bench', kind: 'api', lifetimeMs: null });
  };
  return {
    owners,
    tokens: {
      'user depth': await reader(0, PrivilegeDepth.basic),
      'unit depth': await reader(11, PrivilegeDepth.local),
      'units depth': await reader(22, PrivilegeDepth.deep),
    },
  };
}
