import type { AddressFields, FieldBag, FieldValue, NameFields } from '../../contracts/act-fields.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { RecordState } from '../../tables/choices.ts';
import { type ActField, type ActReads, type ActType, type ActUser, Direction, type NearRecord } from './act-type.ts';
import { columnText } from './text-lengths.ts';

type Contact = RecordOf<'contact'>;

const settable = (rule: number, column: string, exchangeName: string): ActField => ({
  name: column,
  rule: `FM-C${rule}`,
  columns: [column],
  exchangeName,
  direction: Direction.both,
  isSettable: true,
});

const addressColumns = (number: 1 | 2 | 3): readonly string[] =>
  ['line1', 'line2', 'line3', 'city', 'stateorprovince', 'postalcode', 'country'].map(
    (part) => `address${number}_${part}`,
  );

const addressField = (rule: number, name: string, number: 1 | 2 | 3, exchangeName: string): ActField => ({
  ...settable(rule, name, exchangeName),
  columns: addressColumns(number),
});

const nameColumns = {
  first: 'firstname',
  middle: 'middlename',
  last: 'lastname',
  title: 'salutation',
  suffix: 'suffix',
} as const;

/** The field map of contacts (ch. 27.4). */
export const contactFields: readonly ActField[] = [
  settable(1, 'anniversary', 'Anniversary'),
  settable(2, 'assistantname', "Assistant's name"),
  settable(3, 'assistantphone', "Assistant's phone"),
  settable(4, 'birthdate', 'Birthday'),
  settable(5, 'fax', 'Business fax'),
  settable(6, 'telephone1', 'Business phone'),
  settable(7, 'business2', 'Business phone 2'),
  settable(8, 'callback', 'Callback number'),
  settable(9, 'childrensnames', 'Children'),
  settable(10, 'company', 'Company main phone'),
  settable(11, 'department', 'Department'),
  settable(12, 'emailaddress1', 'E-mail'),
  settable(13, 'emailaddress2', 'E-mail 2'),
  settable(14, 'emailaddress3', 'E-mail 3'),
  settable(15, 'ftpsiteurl', 'FTP site'),
  {
    name: 'fullname',
    rule: 'FM-C16',
    columns: [...Object.values(nameColumns), 'fullname'],
    exchangeName: 'Full name',
    direction: Direction.both,
    isSettable: false,
  },
  settable(17, 'governmentid', 'Government id'),
  addressField(18, 'homeaddress', 2, 'Home address'),
  settable(19, 'telephone2', 'Home phone'),
  settable(20, 'home2', 'Home phone 2'),
  settable(21, 'jobtitle', 'Job title'),
  addressField(22, 'mailingaddress', 1, 'Mailing address'),
  addressField(22, 'businessaddress', 1, 'Business address'),
  settable(23, 'managername', "Manager's name"),
  settable(24, 'mobilephone', 'Mobile phone'),
  settable(25, 'nickname', 'Nickname'),
  { ...settable(26, 'notes', 'Notes'), columns: ['description'] },
  addressField(27, 'otheraddress', 3, 'Other address'),
  settable(28, 'telephone3', 'Other phone'),
  settable(29, 'pager', 'Pager'),
  {
    name: 'parentname',
    rule: 'FM-C30',
    columns: ['parentcustomerid'],
    exchangeName: 'Company',
    direction: Direction.toExchange,
    isSettable: false,
  },
  settable(31, 'spousesname', 'Spouse'),
  settable(32, 'websiteurl', 'Web page'),
  settable(33, 'yomifirstname', 'Yomi first name'),
  settable(34, 'yomilastname', 'Yomi last name'),
];

const addressOf: Readonly<Record<string, 1 | 2 | 3>> = {
  mailingaddress: 1,
  businessaddress: 1,
  homeaddress: 2,
  otheraddress: 3,
};
const days: ReadonlySet<string> = new Set(['anniversary', 'birthdate']);

const columns = [
  ...new Set([
    'contactid',
    'versionnumber',
    'modifiedon',
    'ownerid',
    'statecode',
    ...contactFields.flatMap((field) => field.columns),
  ]),
] as (keyof Contact & string)[];

/** Contacts (ch. CC): several users may have copies of one (CC-07). */
export const contactType: ActType = {
  table: 'contact',
  folder: 'contacts',
  kind: 'contact',
  fields: contactFields,
  takesNewItems: true,
  hasSideEffects: false,
  staysWhenClosed: false,
  // CC-08: the mailing address alone, or all three.
  isActive: (field, { settings, synchronizesCompany }) => {
    if (field.name === 'mailingaddress') return settings.synchronization.mailingAddressOnly;
    if (field.name in addressOf) return !settings.synchronization.mailingAddressOnly;
    return field.name !== 'parentname' || synchronizesCompany;
  },
  read: readContacts,
  toRecord: (fields, before) => recordValues(fields, before),
  normalize: (fields) =>
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, normalValue(name, value)])),
  // CC-03, AC-12: the owner's copy stays.
  mayDeleteItem: ({ kind, facts, user }) =>
    !(kind === 'logical' && user.settings.switches.DistinctPhysicalAndLogicalDeletesForExchangeSync) && !facts.isOwner,
  // CC-04
  mayDeleteRecord: ({ facts }) => facts.isOwner,
  takesChanges: () => true,
  notifies: () => 'nobody',
  remindOn: () => undefined,
  refuseItem: () => undefined,
};

async function readContacts(records: ActReads, ids: readonly string[], user: ActUser): Promise<readonly NearRecord[]> {
  if (ids.length === 0) return [];
  const page = await records.retrieveMultiple({
    table: 'contact',
    columns,
    filter: { column: 'contactid', operator: 'in', value: [...ids] },
  });
  const parents = user.synchronizesCompany ? await parentNames(records, page.rows) : new Map<string, string>();
  return page.rows.map((row): NearRecord => {
    const fields = fieldsOf(row, parents);
    return {
      id: row.contactid ?? '',
      versionnumber: row.versionnumber ?? 0n,
      modifiedOn: row.modifiedon ?? new Date(0),
      title: row.fullname ?? '',
      fields: contactType.normalize(fields),
      facts: {
        isOwner: row.ownerid?.id === user.systemuserid,
        isClosed: row.statecode === RecordState.inactive,
        isOrganizer: true,
        endsOn: null,
      },
    };
  });
}

async function parentNames(records: ActReads, rows: readonly Contact[]): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  const idsOf = (table: string): string[] => [
    ...new Set(rows.flatMap(({ parentcustomerid: parent }) => (parent?.table === table ? [parent.id] : []))),
  ];
  const accounts = idsOf('account');
  if (accounts.length > 0) {
    const filter = { column: 'accountid', operator: 'in', value: accounts } as const;
    const page = await records.retrieveMultiple({ table: 'account', columns: ['accountid', 'name'], filter });
    for (const { accountid, name } of page.rows) if (accountid && name) names.set(accountid, name);
  }
  const people = idsOf('contact');
  if (people.length > 0) {
    const filter = { column: 'contactid', operator: 'in', value: people } as const;
    const page = await records.retrieveMultiple({ table: 'contact', columns: ['contactid', 'fullname'], filter });
    for (const { contactid, fullname } of page.rows) if (contactid && fullname) names.set(contactid, fullname);
  }
  return names;
}

function fieldsOf(row: Contact, parents: ReadonlyMap<string, string>): FieldBag {
  const values: Readonly<Record<string, unknown>> = row;
  const text = (column: string): string | null =>
    typeof values[column] === 'string' ? (values[column] as string) : null;
  return Object.fromEntries(
    contactFields.map(({ name, columns: [column = ''] }): [string, FieldValue] => {
      const address = addressOf[name];
      if (address !== undefined) return [name, addressFields(address, text)];
      if (name === 'fullname') {
        return [name, Object.fromEntries(Object.entries(nameColumns).map(([part, from]) => [part, text(from)]))];
      }
      if (name === 'parentname') return [name, parents.get(row.parentcustomerid?.id ?? '') ?? null];
      const value = values[column];
      return [name, value instanceof Date ? value.toISOString().slice(0, 10) : text(column)];
    }),
  );
}

function addressFields(number: 1 | 2 | 3, text: (column: string) => string | null): AddressFields {
  const part = (name: string): string | null => text(`address${number}_${name}`);
  const street = [part('line1'), part('line2'), part('line3')].filter(Boolean).join('\n');
  return {
    street: street || null,
    city: part('city'),
    state: part('stateorprovince'),
    postalCode: part('postalcode'),
    country: part('country'),
  };
}

function normalValue(name: string, value: FieldValue): FieldValue {
  const number = addressOf[name];
  if (number !== undefined) return normalAddress(number, value as AddressFields | null);
  if (name === 'fullname') return normalName(value as Partial<NameFields> | null);
  if (days.has(name)) return value;
  if (name === 'parentname') return columnText('account', 'name', value);
  return columnText('contact', name === 'notes' ? 'description' : name, value);
}

function normalName(name: Partial<NameFields> | null): FieldValue {
  const parts = Object.entries(nameColumns).map(([part, column]) => [
    part,
    columnText('contact', column, name?.[part]),
  ]);
  return Object.fromEntries(parts) as NameFields;
}

function normalAddress(number: 1 | 2 | 3, address: AddressFields | null): FieldValue {
  const part = (column: string, value: unknown): string | null =>
    columnText('contact', `address${number}_${column}`, value);
  const street = streetLines(number, address?.street ?? null)
    .filter(Boolean)
    .join('\n');
  const parts: AddressFields = {
    street: street || null,
    city: part('city', address?.city),
    state: part('stateorprovince', address?.state),
    postalCode: part('postalcode', address?.postalCode),
    country: part('country', address?.country),
  };
  return Object.values(parts).every((one) => one === null) ? null : parts;
}

/** Three lines of a record; what is more goes to the end of the third. */
function streetLines(number: 1 | 2 | 3, street: string | null): readonly (string | null)[] {
  const lines = (street ?? '')
    .split(/\r\n?|\n/)
    .map((line) => line.trim())
    .filter(Boolean);
  return [lines[0], lines[1], lines.slice(2).join(', ')].map((line, index) =>
    columnText('contact', `address${number}_line${index + 1}`, line),
  );
}

function recordValues(fields: FieldBag, before: NearRecord | undefined): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    const number = addressOf[name];
    if (number !== undefined) Object.assign(values, addressValues(number, value as AddressFields | null));
    else if (name === 'fullname') Object.assign(values, nameValues(value as NameFields | null));
    else if (days.has(name)) values[name] = value === null ? null : new Date(`${value as string}T00:00:00.000Z`);
    else if (name !== 'parentname') values[name === 'notes' ? 'description' : name] = value;
  }
  if (before === undefined && !values.lastname) {
    // A contact needs a last name (FM-C16).
    values.lastname = values.firstname ?? fields.emailaddress1 ?? fields.parentname ?? '-';
    if (values.lastname === values.firstname) values.firstname = null;
    values.lastname = columnText('contact', 'lastname', values.lastname);
  }
  return values;
}

function nameValues(name: NameFields | null): Record<string, unknown> {
  return Object.fromEntries(Object.entries(nameColumns).map(([part, column]) => [column, name?.[part] ?? null]));
}

function addressValues(number: 1 | 2 | 3, address: AddressFields | null): Record<string, unknown> {
  const lines = streetLines(number, address?.street ?? null);
  return {
    [`address${number}_line1`]: lines[0],
    [`address${number}_line2`]: lines[1],
    [`address${number}_line3`]: lines[2],
    [`address${number}_city`]: address?.city ?? null,
    [`address${number}_stateorprovince`]: address?.state ?? null,
    [`address${number}_postalcode`]: address?.postalCode ?? null,
    [`address${number}_country`]: address?.country ?? null,
  };
}
