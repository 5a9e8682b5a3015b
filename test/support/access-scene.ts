import { randomUUID } from 'node:crypto';
import { createRuledStore, type RuledStore } from '../../src/rules/ruled-store.ts';
import { privilegeId } from '../../src/rules/seed-roles.ts';
import { readAccessRights } from '../../src/store/read-access-rights.ts';
import type { House } from '../rules/support.ts';

/** Roles, teams and business units written past the rules, and stores of users with the rights these give. */
export interface AccessScene {
  unit(name: string, parent?: string): Promise<string>;
  user(name: string, businessunitid: string): Promise<string>;
  team(name: string, businessunitid: string, members: readonly string[], teamtype?: number): Promise<string>;
  /** A role with these privileges (name to depth mask). */
  role(privileges: Readonly<Record<string, number>>, isinherited?: 0 | 1): Promise<string>;
  give(roleid: string, to: { readonly user: string } | { readonly team: string }): Promise<void>;
  /** The store of a user with what their roles give now. */
  storeOf(systemuserid: string): Promise<RuledStore>;
}

/** A scene in a house; users made here have no role until one is given. */
export function accessScene(house: House): AccessScene {
  const { records } = house.database;
  const made = async (table: 'businessunit' | 'systemuser' | 'team', values: object) =>
    records.create(table, values as never);
  return {
    unit: (name, parent) =>
      made('businessunit', {
        name,
        parentbusinessunitid: parent === undefined ? null : { table: 'businessunit', id: parent },
      }),
    user: (name, businessunitid) =>
      made('systemuser', {
        firstname: name,
        lastname: 'Scene',
        fullname: `${name} Scene`,
        domainname: `${name}-${randomUUID()}`,
        businessunitid: { table: 'businessunit', id: businessunitid },
      }),
    team: async (name, businessunitid, members, teamtype = 0) => {
      const teamid = await made('team', {
        name,
        teamtype,
        businessunitid: { table: 'businessunit', id: businessunitid },
      });
      for (const systemuserid of members) await records.create('teammembership', { teamid, systemuserid });
      return teamid;
    },
    role: async (privileges, isinherited = 1) => {
      const roleid = await records.create('role', { name: randomUUID(), isinherited });
      await records.createMany(
        'roleprivileges',
        Object.entries(privileges).map(([name, privilegedepthmask]) => ({
          roleid,
          privilegeid: privilegeId(name),
          privilegedepthmask,
        })),
      );
      return roleid;
    },
    give: async (roleid, to) => {
      if ('user' in to) await records.create('systemuserroles', { systemuserid: to.user, roleid });
      else await records.create('teamroles', { teamid: to.team, roleid });
    },
    storeOf: async (systemuserid) => {
      const rights = await readAccessRights(house.database, systemuserid);
      return createRuledStore({
        database: house.database,
        clock: house.clock,
        caller: { systemuserid, isAdministrator: rights.isAdministrator, rights },
        onMailboxesTouched: () => undefined,
      });
    },
  };
}
