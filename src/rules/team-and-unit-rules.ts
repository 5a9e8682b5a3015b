import { bumpAccessStamp } from '../store/access-stamp.ts';
import { moveOwnedRows, ownsRows } from '../store/owned-rows.ts';
import { refuse } from './refuse.ts';
import { rootBusinessUnit } from './root-business-unit.ts';
import type { RuleContext, TableRules } from './table-rules.ts';

/** Teams: a new one lies in the caller's business unit; its rows follow it into another. */
export const teamRules: TableRules<'team'> = {
  async beforeCreate(context, values) {
    const me = await context.records.retrieve('systemuser', context.caller.systemuserid, ['businessunitid']);
    return {
      isdefault: false,
      systemmanaged: false,
      ...values,
      businessunitid: values.businessunitid ?? me?.businessunitid ?? (await rootBusinessUnit(context)),
      administratorid: values.administratorid ?? { table: 'systemuser', id: context.caller.systemuserid },
      organizationid: context.settings.organizationid,
    };
  },
  async afterUpdate(context, id, before, values) {
    await followUnit(context, id, before.businessunitid?.id, values.businessunitid?.id);
  },
  async beforeDelete(context, id, before) {
    const owned = await ownsRows(context.scope, id);
    if (owned !== undefined)
      refuse('mr_InUse', `Team "${before.name}" still owns rows of ${owned}. Give them to another owner first.`);
    await bumpAccessStamp(context.scope);
  },
};

/** Business units: one tree below one root. */
export const businessUnitRules: TableRules<'businessunit'> = {
  async beforeCreate(context, values) {
    await bumpAccessStamp(context.scope);
    return {
      ...values,
      parentbusinessunitid: values.parentbusinessunitid ?? (await rootBusinessUnit(context)),
      organizationid: { table: 'organization', id: context.settings.organizationid },
    };
  },
  async beforeUpdate(context, id, before, values) {
    const { parentbusinessunitid: parent } = values;
    if (parent === undefined || parent?.id === before.parentbusinessunitid?.id) return values;
    if (before.parentbusinessunitid == null)
      refuse('80040203', 'The root business unit has no parent. Move the units below it instead.');
    if (parent === null) refuse('80040203', 'A business unit needs a parent. Choose one.');
    await checkNotBelow(context, id, parent.id);
    await bumpAccessStamp(context.scope);
    return values;
  },
  async beforeDelete(context, id, before) {
    if (before.parentbusinessunitid == null)
      refuse('mr_NotDeletable', 'The root business unit cannot be deleted. Rename it instead.');
    for (const [table, column] of [
      ['systemuser', 'businessunitid'],
      ['team', 'businessunitid'],
      ['businessunit', 'parentbusinessunitid'],
      ['role', 'businessunitid'],
    ] as const) {
      const count = await context.records.count(table, { column, operator: 'eq', value: id });
      if (count > 0)
        refuse(
          'mr_InUse',
          `Business unit "${before.name}" still has ${count} ${table === 'systemuser' ? 'user' : table} row${count === 1 ? '' : 's'}. Move or delete them first.`,
        );
    }
    await bumpAccessStamp(context.scope);
  },
};

/** Rows lie in the business unit of their owner, so they move along. */
export async function followUnit(
  context: RuleContext,
  owner: string,
  before: string | undefined,
  after: string | undefined,
): Promise<void> {
  if (after === undefined || after === before) return;
  await moveOwnedRows(context.scope, owner, after);
  await bumpAccessStamp(context.scope);
}

async function checkNotBelow(context: RuleContext, id: string, parent: string): Promise<void> {
  const above = await context.scope.sql<{ id: string }>(
    `with recursive up (id) as (select $1::uuid union select b.parentbusinessunitid from businessunit b join up on b.businessunitid = up.id where b.parentbusinessunitid is not null)
     select id::text as id from up`,
    [parent],
  );
  if (above.some((unit) => unit.id === id))
    refuse('80040203', 'A business unit cannot lie below itself. Choose a parent outside of it.');
}
