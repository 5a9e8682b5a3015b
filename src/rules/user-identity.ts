import type { ColumnName, RecordOf } from '../tables/catalog.ts';
import { requireWideRight } from './access-rules.ts';
import { requireUserHeld } from './escalation.ts';
import { isOwnAdministrator, keepAnAdministrator } from './last-administrator.ts';
import { refuse } from './refuse.ts';
import type { RuleContext } from './table-rules.ts';

type User = RecordOf<'systemuser'>;

/** Columns by which a sign-in finds its user, or that decide what it may do. */
const identityColumns = [
  'accessmode',
  'applicationid',
  'azureactivedirectoryobjectid',
  'businessunitid',
  'domainname',
  'internalemailaddress',
  'isdisabled',
] as const satisfies readonly ColumnName<'systemuser'>[];

/** Those that nobody changes for themselves, because more may be done after. */
const placeColumns = ['accessmode', 'businessunitid', 'isdisabled'] as const;

/** Those that no two users share. */
const uniqueColumns = ['applicationid', 'azureactivedirectoryobjectid', 'domainname'] as const;

/** Who a user is: names that sign-in goes by belong to one user, nobody changes them for a user who may do more, and the last System Administrator stays enabled. `id` is undefined for a new user. */
export async function checkIdentity(
  context: RuleContext,
  id: string | undefined,
  before: User,
  values: User,
): Promise<void> {
  for (const column of uniqueColumns) {
    const value = values[column];
    if (value != null && value !== '' && value !== before[column]) await requireFree(context, column, value);
  }
  if (id === undefined) return;
  if (identityColumns.some((column) => values[column] !== undefined && !same(values[column], before[column])))
    await requireUserHeld(context, id);
  if (placeColumns.some((column) => values[column] !== undefined && !same(values[column], before[column])))
    await requireWideRight(context, 'write', 'systemuser', id);
  if (values.isdisabled === true && before.isdisabled !== true && (await isOwnAdministrator(context, id)))
    await keepAnAdministrator(context, id);
}

async function requireFree(context: RuleContext, column: (typeof uniqueColumns)[number], value: string): Promise<void> {
  const taken = await context.records.retrieveMultiple({
    table: 'systemuser',
    columns: ['fullname'],
    filter: { column, operator: 'eq', value },
    limit: 1,
  });
  const other = taken.rows[0];
  if (other !== undefined)
    refuse('80040237', `The ${column} "${value}" is that of user "${other.fullname}". Enter another one.`);
}

function same(one: unknown, other: unknown): boolean {
  const plain = (value: unknown) =>
    typeof value === 'object' && value !== null && 'id' in value ? value.id : (value ?? null);
  return plain(one) === plain(other);
}
