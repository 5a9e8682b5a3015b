import type { TestApi } from '../../support/web-api.ts';

/** A value as JSON shows it. */
export type Value = string | number | boolean | null;
/** A record by its properties; lookups to several tables say theirs in `@<property>`. */
export type Row = Readonly<Record<string, Value>>;
export type SetName = 'accounts' | 'contacts';
/** The records by set and id, as they must be. */
export type World = Readonly<Record<SetName, ReadonlyMap<string, Row>>>;

export type Kind = 'text' | 'whole' | 'number' | 'flag' | 'choice' | 'instant' | 'day';

export interface ToOne {
  readonly name: string;
  readonly property: string;
  readonly set: SetName;
  /** Navigation property of the other side. */
  readonly inverse: string;
}

/** What is known of a set: columns by kind, ways to one record and to many. */
export interface Shape {
  readonly table: string;
  readonly id: string;
  readonly columns: Readonly<Record<string, Kind>>;
  readonly toOne: readonly ToOne[];
  readonly toMany: readonly { readonly name: string; readonly set: SetName; readonly way: ToOne }[];
}

const primaryContact: ToOne = {
  name: 'primarycontactid',
  property: '_primarycontactid_value',
  set: 'contacts',
  inverse: 'account_primary_contact',
};
const parentAccount: ToOne = {
  name: 'parentaccountid',
  property: '_parentaccountid_value',
  set: 'accounts',
  inverse: 'account_parent_account',
};
const customerAccount: ToOne = {
  name: 'parentcustomerid_account',
  property: '_parentcustomerid_value',
  set: 'accounts',
  inverse: 'contact_customer_accounts',
};
const customerContact: ToOne = {
  name: 'parentcustomerid_contact',
  property: '_parentcustomerid_value',
  set: 'contacts',
  inverse: 'contact_customer_contacts',
};

export const shapes: Readonly<Record<SetName, Shape>> = {
  accounts: {
    table: 'account',
    id: 'accountid',
    columns: {
      ...{ name: 'text', description: 'text', accountnumber: 'text', numberofemployees: 'whole', revenue: 'number' },
      ...{ creditonhold: 'flag', industrycode: 'choice', lastonholdtime: 'instant' },
    },
    toOne: [primaryContact, parentAccount],
    toMany: [
      { name: 'account_parent_account', set: 'accounts', way: parentAccount },
      { name: 'contact_customer_accounts', set: 'contacts', way: customerAccount },
    ],
  },
  contacts: {
    table: 'contact',
    id: 'contactid',
    columns: { lastname: 'text', firstname: 'text', jobtitle: 'text', numberofchildren: 'whole', birthdate: 'day' },
    toOne: [customerAccount, customerContact],
    toMany: [
      { name: 'account_primary_contact', set: 'accounts', way: primaryContact },
      { name: 'contact_customer_contacts', set: 'contacts', way: customerContact },
    ],
  },
};

/** Values that columns of a kind hold and are asked for; equal ones are frequent. */
export const samples: Readonly<Record<Kind, readonly Value[]>> = {
  text: ['One', 'one', 'two', "o'clock", '100%', 'a_b', 'É x', 'x;y,(z)', ''],
  whole: [0, 1, 7, 1000000000],
  number: [0, 0.5, 12.25, 1000000],
  flag: [true, false],
  choice: [1, 2, 33],
  instant: ['2024-05-15T00:00:00Z', '2024-05-15T11:59:59Z', '2023-12-31T23:59:59Z', '2030-01-01T00:00:00Z'],
  day: ['2024-05-15', '2024-02-29', '1970-01-01'],
};

/** The record that a way leads to; undefined for an empty way and for one to another table. */
export function follow(world: World, row: Row, way: ToOne): Row | undefined {
  const id = row[way.property];
  if (typeof id !== 'string') return undefined;
  const table = row[`@${way.property}`];
  if (table !== undefined && table !== null && table !== way.set) return undefined;
  return world[way.set].get(id);
}

/** The records of a collection, by id. */
export function members(world: World, row: Row, set: SetName, way: ToOne, ownId: string): readonly Row[] {
  return [...world[set].values()].filter((one) => {
    const found = follow(world, one, way);
    return found !== undefined && found === row && one[way.property] === row[ownId];
  });
}

/** The records as the database holds them. */
export async function readWorld(api: TestApi): Promise<World> {
  const read = async (set: SetName): Promise<ReadonlyMap<string, Row>> => {
    const { table, id, columns, toOne } = shapes[set];
    const lookups = [...new Set(toOne.map(({ property }) => property.slice(1, -'_value'.length)))];
    const page = await api.database.records.retrieveMultiple({
      table: table as 'account',
      columns: [...Object.keys(columns), ...lookups, 'versionnumber'] as never,
    });
    const rows = page.rows.map((row) => jsonOf(row as Record<string, unknown>, id, columns, lookups));
    return new Map(rows.map((row) => [String(row[id]), row]));
  };
  return { accounts: await read('accounts'), contacts: await read('contacts') };
}

function jsonOf(
  stored: Readonly<Record<string, unknown>>,
  id: string,
  columns: Shape['columns'],
  lookups: readonly string[],
): Row {
  const row: Record<string, Value> = { [id]: String(stored[id]), '@version': String(stored.versionnumber) };
  for (const [name, kind] of Object.entries(columns)) {
    const value = stored[name] ?? null;
    const isDate = value instanceof Date;
    row[name] = isDate
      ? kind === 'day'
        ? value.toISOString().slice(0, 10)
        : value.toISOString().replace('.000Z', 'Z')
      : (value as Value);
  }
  for (const name of lookups) {
    const reference = stored[name] as { readonly table: string; readonly id: string } | null | undefined;
    row[`_${name}_value`] = reference?.id ?? null;
    row[`@_${name}_value`] = reference ? `${reference.table}s` : null;
  }
  return row;
}
