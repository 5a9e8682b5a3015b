import { uuidOf } from '../base/uuid.ts';
import type { Filter, RecordStore } from '../store/record-store.ts';
import { QueryType, RecordState } from '../tables/choices.ts';

/** A default filter of FI-08. */
interface DefaultFilter {
  readonly table: string;
  readonly name: string;
  readonly fetchxml: string;
}

const owned = (table: string, name: string): DefaultFilter => ({
  table,
  name,
  fetchxml: `<fetch><entity name="${table}"><filter><condition attribute="ownerid" operator="eq-userid"/><condition attribute="statecode" operator="eq" value="0"/></filter></entity></fetch>`,
});

/** Parties but the owner (role 9): organizer, required, optional. Open and scheduled. */
const taken = (table: string, name: string): DefaultFilter => ({
  table,
  name,
  fetchxml: `<fetch><entity name="${table}"><filter><condition attribute="statecode" operator="in"><value>0</value><value>3</value></condition></filter><link-entity name="activityparty" from="activityid" to="activityid" link-type="any"><filter><condition attribute="partyid" operator="eq-userid"/><condition attribute="participationtypemask" operator="in"><value>5</value><value>6</value><value>7</value></condition></filter></link-entity></entity></fetch>`,
});

const defaults: readonly DefaultFilter[] = [
  owned('contact', 'My contacts'),
  taken('appointment', 'My appointments'),
  taken('recurringappointmentmaster', 'My recurring appointments'),
  owned('task', 'My tasks'),
  owned('phonecall', 'My phone calls'),
  owned('letter', 'My letters'),
  owned('fax', 'My faxes'),
];

/** Makes the templates that an installation begins with (FI-08); those that are there, changed or not, stay. */
export async function seedFilterTemplates(records: RecordStore, organizationid: string): Promise<void> {
  await records.createMany(
    'savedquery',
    defaults.map(({ table, name, fetchxml }) => ({
      savedqueryid: uuidOf(`filter template ${table}`),
      name,
      fetchxml,
      returnedtypecode: table,
      querytype: QueryType.outlookTemplate,
      isdefault: true,
      statecode: RecordState.active,
      statuscode: 1,
      organizationid: { table: 'organization', id: organizationid },
    })),
    { onConflict: 'skip' },
  );
}

/** Gives a user a filter for each default template (FI-03); with `replaces` the user's own filters go first (reset to default). */
export async function giveDefaultFilters(
  records: RecordStore,
  systemuserid: string,
  replaces = false,
): Promise<number> {
  if (replaces) await removeFilters(records, systemuserid);
  return copyTemplates(records, systemuserid, { column: 'isdefault', operator: 'eq', value: true });
}

/** Gives a user a filter for each of these templates (FI-03); rows that are no active template are left out. */
export function giveFilters(records: RecordStore, systemuserid: string, ids: readonly string[]): Promise<number> {
  return copyTemplates(records, systemuserid, { column: 'savedqueryid', operator: 'in', value: [...ids] });
}

async function copyTemplates(records: RecordStore, systemuserid: string, which: Filter): Promise<number> {
  const templates = await records.retrieveMultiple({
    table: 'savedquery',
    columns: ['name', 'fetchxml', 'returnedtypecode'],
    filter: {
      and: [
        { column: 'querytype', operator: 'eq', value: QueryType.outlookTemplate },
        which,
        { column: 'statecode', operator: 'eq', value: RecordState.active },
      ],
    },
  });
  for (const { name, fetchxml, returnedtypecode } of templates.rows) {
    await records.create('userquery', {
      name: name ?? '',
      fetchxml: fetchxml ?? '',
      returnedtypecode: returnedtypecode ?? '',
      querytype: QueryType.outlookFilter,
      statecode: RecordState.active,
      statuscode: 1,
      ownerid: { table: 'systemuser', id: systemuserid },
    });
  }
  return templates.rows.length;
}

async function removeFilters(records: RecordStore, systemuserid: string): Promise<void> {
  const own = await records.retrieveMultiple({
    table: 'userquery',
    columns: ['userqueryid'],
    filter: {
      and: [
        { column: 'ownerid', operator: 'eq', value: systemuserid },
        { column: 'querytype', operator: 'eq', value: QueryType.outlookFilter },
      ],
    },
  });
  for (const { userqueryid } of own.rows) if (userqueryid) await records.delete('userquery', userqueryid);
}
