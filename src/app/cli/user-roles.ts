import { MailroomError } from '../../base/errors.ts';
import type { RuledStore } from '../../rules/ruled-store.ts';
import type { RecordReads } from '../../store/record-store.ts';
import { findRole } from './find-user.ts';

/** Names of the roles that users have in their own name, in order; of one user or of all. */
export async function rolesOfUsers(
  records: Pick<RecordReads, 'retrieveMultiple'>,
  systemuserid?: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const roles = await records.retrieveMultiple({ table: 'role', columns: ['name'] });
  const nameOf = new Map(roles.rows.map((row) => [row.roleid, row.name ?? '']));
  const held = new Map<string, string[]>();
  let after: string | undefined;
  do {
    const page = await records.retrieveMultiple({
      table: 'systemuserroles',
      ...(systemuserid === undefined
        ? {}
        : { filter: { column: 'systemuserid', operator: 'eq', value: systemuserid } as const }),
      ...(after === undefined ? {} : { after }),
    });
    for (const row of page.rows) {
      const names = held.get(row.systemuserid ?? '') ?? [];
      names.push(nameOf.get(row.roleid) ?? '');
      held.set(row.systemuserid ?? '', names);
    }
    after = page.next;
  } while (after !== undefined);
  for (const names of held.values()) names.sort();
  return held;
}

/** Gives a role to a user or takes it; one that is there already, or gone already, is left so. Throws `mr_NotFound` for a role the user has not. */
export async function changeUserRole(
  store: RuledStore,
  systemuserid: string,
  wanted: string,
  deed: 'add' | 'remove',
): Promise<void> {
  const role = await findRole(store, wanted);
  const roleid = role.roleid ?? '';
  const page = await store.retrieveMultiple({
    table: 'systemuserroles',
    filter: {
      and: [
        { column: 'systemuserid', operator: 'eq', value: systemuserid },
        { column: 'roleid', operator: 'eq', value: roleid },
      ],
    },
    limit: 1,
  });
  const held = page.rows[0]?.systemuserroleid;
  if (deed === 'add' && !held) await store.create('systemuserroles', { systemuserid, roleid });
  if (deed === 'remove' && !held) {
    throw new MailroomError(`The user has not the role "${role.name}" in their own name. See "mailroom user show".`, {
      code: 'mr_NotFound',
      kind: 'notFound',
    });
  }
  if (deed === 'remove' && held) await store.delete('systemuserroles', held);
}
