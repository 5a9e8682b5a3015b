import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { MailroomError } from '../../src/base/errors.ts';
import type { RuledStore } from '../../src/rules/ruled-store.ts';
import { grantAccess } from '../../src/rules/share-row.ts';
import { AccessRight, PrivilegeDepth, type RightName } from '../../src/tables/access-right.ts';
import type { EntityReference } from '../../src/tables/table-definition.ts';
import { type AccessScene, accessScene } from '../support/access-scene.ts';
import { useHouse } from './support.ts';

/** Whose a row is, or how the user comes by it. */
const relations = [
  'own',
  'ofMyTeam',
  'ofMyUnit',
  'belowMyUnit',
  'elsewhere',
  'ofTeamsUnit',
  'sharedWithMe',
  'sharedWithMyTeam',
  'sharedToRead',
  'party',
] as const;
type Relation = (typeof relations)[number];

const depths = [0, PrivilegeDepth.basic, PrivilegeDepth.local, PrivilegeDepth.deep, PrivilegeDepth.global] as const;
type Depth = (typeof depths)[number];

/** How the role comes to the user. */
const ways = ['user', 'teamInherited', 'teamOnly'] as const;
type Way = (typeof ways)[number];

const operations = [
  'read',
  'write',
  'delete',
  'assign',
  'share',
  'append',
  'appendTo',
  'create',
] as const satisfies readonly RightName[];

interface Grant {
  readonly depth: Depth;
  readonly way: Way;
}

/** The reference: what Dataverse's documentation says a privilege reaches, said once more and without SQL. */
function isAllowed(grants: readonly Grant[], operation: RightName, relation: Relation): boolean {
  const held = grants.filter(({ depth }) => depth > 0);
  if (held.length === 0) return false;
  if (operation !== 'create') {
    if (relation === 'sharedWithMe' || relation === 'sharedWithMyTeam') return true;
    if (relation === 'sharedToRead' && operation === 'read') return true;
    if (relation === 'party' && ['read', 'append', 'appendTo'].includes(operation)) return true;
  }
  return held.some((grant) => reaches(grant, relation));
}

/** The user is in east, north lies below east; the team is in west. */
function reaches({ depth, way }: Grant, relation: Relation): boolean {
  if (depth === PrivilegeDepth.global) return true;
  const [unit, below] = way === 'user' ? ['ofMyUnit', 'belowMyUnit'] : ['ofTeamsUnit', undefined];
  const unitsReached = [
    ...(depth >= PrivilegeDepth.local ? [unit] : []),
    ...(depth >= PrivilegeDepth.deep ? [below] : []),
  ];
  if (relation === 'own') return way !== 'teamOnly' || unitsReached.includes('ofMyUnit');
  if (relation === 'ofMyTeam') return way !== 'user' || unitsReached.includes('ofTeamsUnit');
  return unitsReached.includes(relation);
}

class RolledBack extends Error {}

describe('privileges: operation, depth and relation', () => {
  const house = useHouse();
  let scene: AccessScene;
  const owners: Partial<Record<Relation, EntityReference>> = {};
  const rows: Partial<Record<Relation, string>> = {};
  let me = '';
  let team = '';
  let other = '';
  let target = '';

  before(async () => {
    scene = accessScene(house);
    const root = await scene.unit('Root');
    const east = await scene.unit('East', root);
    const north = await scene.unit('North', east);
    const west = await scene.unit('West', root);
    const south = await scene.unit('South', root);
    me = await scene.user('Me', east);
    other = await scene.user('Far', south);
    team = await scene.team('Mine', west, [me]);
    const user = (id: string): EntityReference => ({ table: 'systemuser', id });
    const far = user(other);
    Object.assign(owners, {
      own: user(me),
      ofMyTeam: { table: 'team', id: team },
      ofMyUnit: user(await scene.user('Mate', east)),
      belowMyUnit: user(await scene.user('Below', north)),
      elsewhere: far,
      ofTeamsUnit: user(await scene.user('West', west)),
      sharedWithMe: far,
      sharedWithMyTeam: far,
      sharedToRead: far,
      party: far,
    });
    const { records } = house.database;
    for (const relation of relations) {
      const parties = relation === 'party' ? { to: [{ partyid: user(me) }] } : {};
      rows[relation] = await records.create('email', {
        subject: relation,
        ownerid: owners[relation] ?? null,
        ...parties,
      });
    }
    target = await records.create('account', { name: 'Target', ownerid: user(me) });
    const whole = Object.values(AccessRight).reduce((mask, right) => mask | right, 0);
    const share = (relation: Relation, principalid: string, accessrightsmask: number) =>
      records.create('principalobjectaccess', {
        objectid: rows[relation] ?? '',
        objecttypecode: 'email',
        principalid,
        accessrightsmask,
      });
    await share('sharedWithMe', me, whole);
    await share('sharedWithMyTeam', team, whole);
    await share('sharedToRead', me, AccessRight.read);
  });

  /** A user's store in which `operation` on emails is granted so, and everything else that doing it takes everywhere. */
  async function storeWith(operation: RightName, grants: readonly Grant[]): Promise<RuledStore> {
    await house.database.sql('delete from systemuserroles where systemuserid = $1::uuid', [me]);
    await house.database.sql('delete from teamroles where teamid = $1::uuid', [team]);
    const all = PrivilegeDepth.global;
    const rest: Record<string, number> = {
      prvReadActivity: all,
      prvWriteActivity: all,
      prvReadAccount: all,
      prvAppendToAccount: all,
      prvWriteAccount: all,
      prvAppendAccount: all,
      prvReadUser: all,
      prvAppendToUser: all,
      prvAppendActivity: all,
      prvCreateTask: all,
    };
    const name = `prv${operation.charAt(0).toUpperCase()}${operation.slice(1)}Activity`;
    delete rest[name];
    // A row that may be written may be appended too; the parent of an email is an activity like it.
    if (operation === 'appendTo') rest.prvAppendActivity = all;
    delete rest.prvCreateTask;
    await scene.give(await scene.role(rest), { user: me });
    for (const { depth, way } of grants) {
      if (depth === 0) continue;
      const role = await scene.role({ [name]: depth }, way === 'teamOnly' ? 0 : 1);
      await scene.give(role, way === 'user' ? { user: me } : { team });
    }
    return scene.storeOf(me);
  }

  async function perform(store: RuledStore, operation: RightName, relation: Relation): Promise<void> {
    const id = rows[relation] ?? '';
    switch (operation) {
      case 'read':
        assert.ok(await store.retrieve('email', id), 'not seen');
        return;
      case 'write':
        await store.update('email', id, { category: 'x' });
        return;
      case 'delete':
        return store.delete('email', id);
      case 'assign': {
        const owner = relation === 'elsewhere' || owners[relation]?.id === other ? me : other;
        await store.update('email', id, { ownerid: { table: 'systemuser', id: owner } });
        return;
      }
      case 'share':
        await store.act((rules) =>
          grantAccess(rules, { table: 'email', id }, { table: 'systemuser', id: other }, ['read']),
        );
        return;
      case 'append':
        await store.update('email', id, { regardingobjectid: { table: 'account', id: target } });
        return;
      case 'appendTo': {
        const child = await house.database.records.create('email', {
          subject: 'child',
          ownerid: { table: 'systemuser', id: me },
        });
        await store.update('email', child, { parentactivityid: { table: 'email', id } });
        return;
      }
      case 'create':
        await store.create('email', { subject: 'new', ownerid: owners[relation] ?? null });
    }
  }

  /** Whether the operation is taken; it is undone in any case. */
  async function isTaken(store: RuledStore, operation: RightName, relation: Relation): Promise<boolean> {
    try {
      await store.together(async (inner) => {
        await perform(inner, operation, relation);
        throw new RolledBack();
      });
    } catch (error) {
      if (error instanceof RolledBack) return true;
      if (error instanceof assert.AssertionError && operation === 'read') return false;
      if (error instanceof MailroomError && error.code === '80040220') return false;
      throw error;
    }
    return false;
  }

  for (const operation of operations) {
    for (const way of ways) {
      it(`${operation} by a role of the ${way}: every depth and every relation`, async () => {
        for (const depth of depths) {
          const store = await storeWith(operation, [{ depth, way }]);
          for (const relation of relations) {
            const wanted = isAllowed([{ depth, way }], operation, relation);
            assert.equal(await isTaken(store, operation, relation), wanted, `${operation} at ${depth} on ${relation}`);
          }
        }
      });
    }
  }

  it('several roles at once open what any of them opens, in lists, counts, conditions and fetches alike', async () => {
    const grant = fc.record({ depth: fc.constantFrom(...depths), way: fc.constantFrom(...ways) });
    await fc.assert(
      fc.asyncProperty(fc.array(grant, { maxLength: 4 }), async (grants) => {
        const store = await storeWith('read', grants);
        const visible = relations.filter((relation) => isAllowed(grants, 'read', relation));
        const among = { column: 'activityid', operator: 'in', value: Object.values(rows) } as const;
        if (visible.length === 0 && grants.every(({ depth }) => depth === 0)) {
          await assert.rejects(store.count('email', among), { code: '80040220' });
          await assert.rejects(store.count('activityparty'), { code: '80040220' });
          return;
        }
        const page = await store.retrieveMultiple({
          table: 'email',
          columns: ['subject'],
          filter: among,
          withCount: true,
        });
        assert.deepEqual(page.rows.map((row) => row.subject).sort(), [...visible].sort());
        assert.equal(page.count, visible.length);
        assert.equal(await store.count('activitypointer', among), visible.length);
        assert.equal(
          await store.count('activityparty', { column: 'activityid', operator: 'in', value: Object.values(rows) }),
          visible.includes('party') ? 1 : 0,
        );
        const users = await store.retrieveMultiple({
          table: 'systemuser',
          columns: [],
          filter: { exists: { table: 'email', from: 'ownerid', to: 'systemuserid', filter: among } },
        });
        const ownersSeen = new Set(
          visible.flatMap((relation) => (owners[relation]?.table === 'systemuser' ? [owners[relation]?.id] : [])),
        );
        assert.deepEqual(new Set(users.rows.map((row) => row.systemuserid)), ownersSeen);
        const fetched = await store.fetch({
          aggregate: true,
          distinct: false,
          withCount: false,
          timeZone: 'UTC',
          entity: {
            table: 'email',
            alias: 'e',
            filter: among,
            links: [],
            orders: [],
            attributes: [{ column: 'activityid', alias: 'n', aggregate: 'count' }],
          },
        });
        assert.deepEqual(fetched.rows, [{ n: visible.length }]);
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });
});
