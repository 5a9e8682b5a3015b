import { htmlToPlain } from '../formats/html-to-plain.ts';
import { textToHtml } from '../formats/text-to-html.ts';
import { readOrganizationSettings } from '../store/organization-settings.ts';
import { catalog, type RecordOf, type TableName } from '../tables/catalog.ts';
import type { ColumnDefinition, EntityReference, PartyInput } from '../tables/table-definition.ts';
import { escapeHtml, fillTemplate, type TemplateSource } from './fill-template.ts';
import { refuse } from './refuse.ts';
import type { RuledStore } from './ruled-store.ts';

type Email = RecordOf<'email'>;

/** Where a template's placeholders get their values. */
export interface TemplateAbout {
  /** The record the email is about. */
  readonly regarding: EntityReference;
  /** The user whose columns `{!systemuser:...}` names. */
  readonly systemuserid: string;
}

/** Subject, body and regarding record of an email made from a template, not yet stored; its values are those the caller may read. Refuses a template for another table, or a record that is not there. */
export async function instantiateTemplate(store: RuledStore, templateid: string, about: TemplateAbout): Promise<Email> {
  const { regarding } = about;
  const template = await store.retrieve('template', templateid, ['title', 'subject', 'body', 'templatetypecode']);
  if (template === undefined) return refuse('80040217', `There is no template with the id ${templateid}.`);
  const type = template.templatetypecode;
  if (type && type !== regarding.table && type !== 'systemuser')
    refuse('80040203', `The template "${template.title ?? ''}" is for ${type}, not for ${regarding.table}.`);
  const source: TemplateSource = {
    systemuser: await shownValues(store, { table: 'systemuser', id: about.systemuserid }),
    [regarding.table]: await shownValues(store, regarding),
  };
  const body = fillTemplate(template.body ?? '', source, escapeHtml);
  const { switches } = await readOrganizationSettings(store);
  return {
    subject: fillTemplate(template.subject ?? '', source, (value) => value.replace(/\s+/g, ' ')).slice(0, 800),
    // ST-63: an email's body is HTML; as plain text it keeps its lines and loses its dress.
    description: switches.UsePlainTextForEmailTemplateBody ? textToHtml(htmlToPlain(body)) : body,
    regardingobjectid: regarding,
  };
}

/** Makes the email of a template for each recipient and returns the ids; nothing is sent yet. */
export async function draftFromTemplate(
  store: RuledStore,
  templateid: string,
  about: TemplateAbout,
  sender: EntityReference,
  recipients: readonly EntityReference[],
): Promise<readonly string[]> {
  const values = await instantiateTemplate(store, templateid, about);
  const party = ({ table, id }: EntityReference): PartyInput => ({ partyid: { table, id } });
  const ids: string[] = [];
  for (const recipient of recipients)
    ids.push(await store.create('email', { ...values, from: [party(sender)], to: [party(recipient)] }));
  return ids;
}

async function shownValues(store: RuledStore, record: EntityReference): Promise<Readonly<Record<string, string>>> {
  const table = record.table as TableName;
  const row = Object.hasOwn(catalog, table) ? await store.retrieve(table, record.id) : undefined;
  if (row === undefined) refuse('80040217', `There is no ${record.table} with the id ${record.id}.`);
  const columns: Readonly<Record<string, ColumnDefinition>> = catalog[table].columns;
  return Object.fromEntries(Object.entries(row as object).map(([name, value]) => [name, shown(columns[name], value)]));
}

function shown(column: ColumnDefinition | undefined, value: unknown): string {
  if (value === null || value === undefined || column === undefined) return '';
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if ('options' in column) return column.options.find(([number]) => number === value)?.[1] ?? String(value);
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  return typeof value === 'object' ? '' : String(value);
}
