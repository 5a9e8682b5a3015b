import { MailroomError } from '../base/errors.ts';
import {
  depthName,
  depthOf,
  type HeldPrivilege,
  privilegesOfUser,
  rolePrivilege,
} from '../rules/privileges-of-role.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import { grantAccess, modifyAccess, principalAccess, revokeAccess, sharedWith } from '../rules/share-row.ts';
import { AccessRight, type RightName } from '../tables/access-right.ts';
import type { EntityReference } from '../tables/table-definition.ts';
import type { ActionContext, ActionHandler, ActionHandlers, BoundRecord } from '../webapi/actions.ts';

type Context = ActionContext<RuledStore>;

/** Sharing rows, members of teams, privileges of roles. */
export const accessActions: ActionHandlers<RuledStore> = {
  GrantAccess: sharing(grantAccess),
  ModifyAccess: sharing(modifyAccess),
  RevokeAccess: async (context, _bound, parameters) => {
    const target = await recordOf(context, parameters.Target, 'Target');
    const principal = await recordOf(context, parameters.Revokee, 'Revokee');
    await context.records.act((rules) => revokeAccess(rules, target, principal));
    return undefined;
  },
  RetrievePrincipalAccess: async (context, bound, parameters) => {
    const target = await recordOf(context, parameters.Target, 'Target');
    const rights = await context.records.act((rules) => principalAccess(rules, target, required(bound)));
    return { AccessRights: maskText(rights) };
  },
  RetrieveSharedPrincipalsAndAccess: async (context, _bound, parameters) => {
    const target = await recordOf(context, parameters.Target, 'Target');
    const shares = await context.records.act((rules) => sharedWith(rules, target));
    return {
      PrincipalAccesses: shares.map(({ principal, rights }) => ({
        AccessMask: maskText(rights),
        Principal: {
          '@odata.type': `#Microsoft.Dynamics.CRM.${principal.table}`,
          [principal.table === 'team' ? 'teamid' : 'systemuserid']: principal.id,
        },
      })),
    };
  },
  AddMembersTeam: members(async (store, teamid, systemuserid) => {
    const there = await memberRow(store, teamid, systemuserid);
    if (there === undefined) await store.create('teammembership', { teamid, systemuserid });
  }),
  RemoveMembersTeam: members(async (store, teamid, systemuserid) => {
    const there = await memberRow(store, teamid, systemuserid);
    if (there !== undefined) await store.delete('teammembership', there);
  }),
  AddPrivilegesRole: privileges(false),
  ReplacePrivilegesRole: privileges(true),
  RemovePrivilegeRole: async (context, bound, parameters) => {
    const { id } = required(bound);
    await context.records.together(async (store) => {
      const row = await store.act((rules) => rolePrivilege(rules, id, String(parameters.PrivilegeId)));
      if (row?.roleprivilegeid == null) throw problem('80040217', 'The role does not have this privilege.');
      await store.delete('roleprivileges', row.roleprivilegeid);
    });
    return undefined;
  },
  RetrieveRolePrivilegesRole: async (context, _bound, parameters) => {
    const page = await context.records.retrieveMultiple({
      table: 'roleprivileges',
      filter: { column: 'roleid', operator: 'eq', value: String(parameters.RoleId) },
    });
    const names = await context.records.retrieveMultiple({ table: 'privilege', columns: ['name'] });
    const nameOf = new Map(names.rows.map((row) => [row.privilegeid, row.name ?? '']));
    const held = page.rows.map((row) => ({
      privilegeid: row.privilegeid ?? '',
      name: nameOf.get(row.privilegeid) ?? '',
      depth: row.privilegedepthmask ?? 1,
    }));
    return rolePrivilegesJson(held);
  },
  RetrieveUserPrivileges: async (context, bound) => {
    const { id } = required(bound);
    return rolePrivilegesJson(await context.records.act((rules) => privilegesOfUser(rules, id)));
  },
};

function sharing(work: typeof grantAccess): ActionHandler<RuledStore> {
  return async (context, _bound, parameters) => {
    const target = await recordOf(context, parameters.Target, 'Target');
    const access = parameters.PrincipalAccess as Readonly<Record<string, unknown>>;
    const principal = await recordOf(context, access.Principal, 'PrincipalAccess.Principal');
    const rights = rightsOf(access.AccessMask);
    await context.records.act((rules) => work(rules, target, principal, rights));
    return undefined;
  };
}

function members(
  work: (store: RuledStore, teamid: string, systemuserid: string) => Promise<void>,
): ActionHandler<RuledStore> {
  return async (context, bound, parameters) => {
    const users: EntityReference[] = [];
    for (const member of parameters.Members as readonly unknown[])
      users.push(await recordOf(context, member, 'Members', 'systemuser'));
    await context.records.together(async (store) => {
      for (const user of users) await work(store, required(bound).id, user.id);
    });
    return undefined;
  };
}

async function memberRow(store: RuledStore, teamid: string, systemuserid: string): Promise<string | undefined> {
  const page = await store.retrieveMultiple({
    table: 'teammembership',
    columns: ['teammembershipid'],
    filter: {
      and: [
        { column: 'teamid', operator: 'eq', value: teamid },
        { column: 'systemuserid', operator: 'eq', value: systemuserid },
      ],
    },
    limit: 1,
  });
  return page.rows[0]?.teammembershipid ?? undefined;
}

/** Gives privileges to a role; `replaces` takes all others away. */
function privileges(replaces: boolean): ActionHandler<RuledStore> {
  return async (context, bound, parameters) => {
    const { id: roleid } = required(bound);
    const given = (parameters.Privileges as readonly Readonly<Record<string, unknown>>[]).map((item) => ({
      privilegeid: String(item.PrivilegeId ?? '').toLowerCase(),
      privilegedepthmask: depthOf(item.Depth),
    }));
    await context.records.together(async (store) => {
      const page = await store.retrieveMultiple({
        table: 'roleprivileges',
        filter: { column: 'roleid', operator: 'eq', value: roleid },
      });
      const rows = new Map(page.rows.map((row) => [row.privilegeid, row.roleprivilegeid ?? '']));
      for (const { privilegeid, privilegedepthmask } of given) {
        const there = rows.get(privilegeid);
        rows.delete(privilegeid);
        if (there === undefined) await store.create('roleprivileges', { roleid, privilegeid, privilegedepthmask });
        else await store.update('roleprivileges', there, { privilegedepthmask });
      }
      if (replaces) for (const row of rows.values()) await store.delete('roleprivileges', row);
    });
    return undefined;
  };
}

function rolePrivilegesJson(held: readonly HeldPrivilege[]): { readonly RolePrivileges: readonly object[] } {
  return {
    RolePrivileges: held.map(({ privilegeid, name, depth }) => ({
      Depth: depthName(depth),
      PrivilegeId: privilegeid,
      PrivilegeName: name,
    })),
  };
}

const rightNames = Object.keys(AccessRight) as readonly RightName[];
const maskName = (right: RightName): string => `${right.charAt(0).toUpperCase()}${right.slice(1)}Access`;

function maskText(rights: readonly RightName[]): string {
  return rights.length === 0 ? 'None' : rights.map(maskName).join(', ');
}

/** `AccessRights` as text (`ReadAccess, WriteAccess`) or number. Throws 80040203 for other words. */
function rightsOf(mask: unknown): readonly RightName[] {
  if (typeof mask === 'number') return rightNames.filter((right) => (mask & AccessRight[right]) !== 0);
  const words = String(mask ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '' && word !== 'None');
  return words.map((word) => {
    const right = rightNames.find((known) => maskName(known) === word);
    if (right !== undefined) return right;
    throw problem(
      '80040203',
      `AccessMask holds "${word.slice(0, 50)}"; known are ${rightNames.map(maskName).join(', ')}.`,
    );
  });
}

async function recordOf(context: Context, given: unknown, name: string, table?: string): Promise<EntityReference> {
  const type = table === undefined ? {} : { '@odata.type': `Microsoft.Dynamics.CRM.${table}` };
  if (typeof given !== 'object' || given === null) throw problem('80040203', `${name} must be a record.`);
  const record = await context.readRecord({ ...type, ...given });
  if (record.id === undefined) throw problem('80040203', `${name} must name an existing record by its id.`);
  return { table: record.table, id: record.id };
}

function required(bound: BoundRecord | undefined): BoundRecord {
  if (bound !== undefined) return bound;
  throw problem('80060888', 'This message is bound to a record.');
}

const problem = (code: string, message: string): MailroomError => new MailroomError(message, { code, kind: 'item' });
