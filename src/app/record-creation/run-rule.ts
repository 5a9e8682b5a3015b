import { personName } from '../../formats/person-name.ts';
import type { RuledStore } from '../../rules/ruled-store.ts';
import { catalog, findTable, type RecordOf, type TableName } from '../../tables/catalog.ts';
import { AutomaticMail, CreationState, PartyMask, UnknownSender, WhenRegarding } from '../../tables/choices.ts';
import type { EntityReference } from '../../tables/table-definition.ts';
import type { ApiContext } from '../../webapi/api-request.ts';
import { readCollection } from '../../webapi/collections.ts';
import { badValue } from '../../webapi/http-error.ts';
import { createEntity } from '../../webapi/write-entities.ts';
import { resolveOneAddress } from '../address-resolution.ts';
import { fillMapping, type JsonRecord } from './fill-mapping.ts';

/** What came of a rule for one queue item. */
export interface CreationOutcome {
  /** CreationState. */
  readonly state: number;
  /** In plain words. */
  readonly text: string;
  readonly record?: EntityReference;
}

/** What running a rule needs: the store and the Web API as the rule's owner sees them, inside one transaction. */
export interface RuleRun {
  readonly store: RuledStore;
  readonly api: ApiContext;
  readonly rule: RecordOf<'mr_creationrule'>;
  readonly items: readonly RecordOf<'mr_creationruleitem'>[];
  /** What came into the queue. */
  readonly source: EntityReference;
  readonly now: Date;
}

const notWanted = (text: string): CreationOutcome => ({ state: CreationState.notWanted, text });
const hourMs = 3_600_000;

/** Makes the record that the first fitting item of a rule wants, and lets the source regard it (QU-08). Throws item errors for a condition or mapping that does not fit. */
export async function runRule(run: RuleRun): Promise<CreationOutcome> {
  const seen = await readSource(run);
  if (seen === undefined) return notWanted("The rule's owner cannot see what came into the queue.");
  const refusal = automaticRefusal(run, seen) ?? (await regardingRefusal(run, seen)) ?? (await senderRefusal(run));
  if (refusal !== undefined) return notWanted(refusal);
  const record = { ...(await readSource(run)), ...(await senderNames(run)) };
  for (const item of run.items) {
    const fits = item.mr_filter ? await readSource(run, item.mr_filter) : record;
    if (fits !== undefined) return create(run, item, record);
  }
  return notWanted('No item of the rule fits it.');
}

async function readSource(run: RuleRun, filter?: string): Promise<JsonRecord | undefined> {
  const { api, source } = run;
  const table = api.model.byName(source.table);
  if (table === undefined) return undefined;
  const request = {
    method: 'GET',
    path: table.definition.entitySetName,
    queryString: filter === undefined ? '' : `$filter=${encodeURIComponent(filter)}`,
    headers: {},
    body: undefined,
  };
  const isIt = { column: table.definition.primaryId, operator: 'eq', value: source.id } as const;
  const answer = await readCollection(api, request, table, isIt);
  return (answer.body as { readonly value: readonly JsonRecord[] }).value[0];
}

/** Bounces, automatic replies and the like make no records unless the rule says so (PAIN-08). */
function automaticRefusal({ rule }: RuleRun, source: JsonRecord): string | undefined {
  const { mr_automatickind: kind } = source;
  if (kind === null || kind === undefined || rule.mr_automaticmail === AutomaticMail.record) return undefined;
  const label = source['mr_automatickind@OData.Community.Display.V1.FormattedValue'];
  return `It is automatic mail (${String(label ?? kind).toLowerCase()}).`;
}

/** Mail about a record that is there already. */
async function regardingRefusal({ rule, store, now }: RuleRun, source: JsonRecord): Promise<string | undefined> {
  const id = source._regardingobjectid_value;
  if (typeof id !== 'string' || rule.mr_whenregarding === WhenRegarding.always) return undefined;
  const table = String(source['_regardingobjectid_value@Microsoft.Dynamics.CRM.lookuplogicalname'] ?? '');
  const what = `It regards ${table} "${source['_regardingobjectid_value@OData.Community.Display.V1.FormattedValue'] ?? id}"`;
  if (rule.mr_whenregarding !== WhenRegarding.whenClosed) return `${what} already.`;
  const record = await store.retrieve(table as 'contact', id, ['statecode', 'modifiedon']);
  if (record === undefined || record.statecode === 0) return `${what}, which is open.`;
  const hours = rule.mr_closedforhours ?? 0;
  const closedFor = now.getTime() - (record.modifiedon ?? now).getTime();
  return closedFor < hours * hourMs ? `${what}, which was closed less than ${hours} hours ago.` : undefined;
}

/** A sender nobody knows: refused, taken as it is, or made a contact or lead first. */
async function senderRefusal(run: RuleRun): Promise<string | undefined> {
  const { rule, store, source } = run;
  if (source.table !== 'email') return undefined;
  const sender = await senderParty(run);
  if (sender === undefined || sender.partyid || rule.mr_unknownsender === UnknownSender.record) return undefined;
  const address = sender.addressused ?? '';
  if (rule.mr_unknownsender === UnknownSender.noRecord) return `Nobody knows its sender ${address}.`;
  const email = await store.retrieve('email', source.id, ['isduplicatesenderunresolved']);
  if (email?.isduplicatesenderunresolved) return undefined;
  const table = rule.mr_unknownsender === UnknownSender.lead ? 'lead' : 'contact';
  await resolveOneAddress(store, {
    address,
    target: undefined,
    create: { table, name: sender.unresolvedpartyname ?? '' },
    keepsAddress: true,
  });
  return undefined;
}

async function senderParty({ store, source }: RuleRun): Promise<RecordOf<'activityparty'> | undefined> {
  const page = await store.retrieveMultiple({
    table: 'activityparty',
    columns: ['activityid', 'partyid', 'addressused', 'unresolvedpartyname'],
    filter: {
      and: [
        { column: 'activityid', operator: 'eq', value: source.id },
        { column: 'participationtypemask', operator: 'eq', value: PartyMask.from },
      ],
    },
    limit: 1,
  });
  return page.rows[0];
}

/** `sendername`, `senderfirstname`, `senderlastname` and `senderid` beside the columns of what came. */
async function senderNames(run: RuleRun): Promise<JsonRecord> {
  const party = await senderParty(run);
  const name = party?.partyid ? await nameOf(run.store, party.partyid) : (party?.unresolvedpartyname ?? '');
  const parts = personName({ name, address: party?.addressused ?? '' });
  return {
    sendername: name || (party?.addressused ?? null),
    senderfirstname: parts.firstname || null,
    senderlastname: parts.lastname || null,
    senderid: party?.partyid?.id ?? null,
  };
}

async function nameOf(store: RuledStore, { table, id }: EntityReference): Promise<string> {
  const { primaryName } = catalog[table as TableName];
  if (primaryName === undefined) return '';
  const row: JsonRecord | undefined = await store.retrieve(table as 'contact', id, [primaryName as 'fullname']);
  return String(row?.[primaryName] ?? '');
}

async function create(
  run: RuleRun,
  item: RecordOf<'mr_creationruleitem'>,
  values: JsonRecord,
): Promise<CreationOutcome> {
  const { api, store, source } = run;
  const name = item.mr_targettable ?? '';
  const table = api.model.byName(name);
  const definition = findTable(name);
  if (table === undefined || definition === undefined)
    throw badValue(`There is no table "${name}" to make a record of.`);
  const body = fillMapping(JSON.parse(item.mr_mapping ?? '{}') as JsonRecord, values, definition);
  const id = await createEntity(api, table, body);
  const regards = item.mr_setsregarding !== false && canRegard(source.table, name);
  if (regards) await store.update(source.table as 'email', source.id, { regardingobjectid: { table: name, id } });
  return {
    state: CreationState.made,
    text: `Item "${item.mr_name}" made ${name} ${id}${regards ? `, which the ${source.table} regards now` : ''}.`,
    record: { table: name, id },
  };
}

function canRegard(sourceTable: string, target: string): boolean {
  const column = findTable(sourceTable)?.columns.regardingobjectid;
  return column !== undefined && 'targets' in column && column.targets.includes(target);
}
