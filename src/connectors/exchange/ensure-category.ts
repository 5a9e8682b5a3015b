import { randomUUID } from 'node:crypto';
import { asMailroomError } from '../../base/errors.ts';
import type { MailCategory } from '../../contracts/folder-tracker.ts';
import { getCategoryList, putCategoryList } from './operations/category-list.ts';
import type { EwsClient } from './soap/ews-client.ts';
import { XmlReader } from './soap/xml-reader.ts';
import { element } from './soap/xml-writer.ts';

const emptyList =
  '<?xml version="1.0"?>\r\n<categories default="" lastSavedSession="0" lastSavedTime="2024-01-01T00:00:00.000" xmlns="CategoryList.xsd"></categories>';

/** Colour number of a category that we make: teal (MS-OXOCFG 2.2.5.2.1). */
const color = 5;

/** Finds the category in the mailbox's list by id, else by name, or adds it (CT-01, CT-06). Everything else in the list stays as it is. Throws MailroomError. */
export async function ensureCategory(
  client: EwsClient,
  known: MailCategory | undefined,
  name: string,
  signal: AbortSignal,
): Promise<MailCategory> {
  const stored = await getCategoryList(client, signal).catch((thrown: unknown) => {
    const error = asMailroomError(thrown);
    if (error.kind !== 'notFound') throw error;
    return undefined;
  });
  const list = stored?.includes('<categories') ? stored : emptyList;
  const categories = categoriesOf(list, client.where);
  const found =
    categories.find(({ id }) => known !== undefined && id === known.id) ??
    categories.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  const made: MailCategory = { id: `{${randomUUID()}}`, name };
  await putCategoryList(client, withCategory(list, made), stored === undefined, signal);
  return made;
}

function categoriesOf(xml: string, where: string): readonly MailCategory[] {
  const reader = new XmlReader(where);
  reader.write(Buffer.from(xml.replace(/^\uFEFF/, ''), 'utf8'));
  const root = reader.end();
  return root.children.flatMap(({ name, attributes }) =>
    name === 'category' && attributes.name !== undefined
      ? [{ id: attributes.guid ?? attributes.name, name: attributes.name }]
      : [],
  );
}

function withCategory(xml: string, { id, name }: MailCategory): string {
  const never = '1601-01-01T00:00:00.000';
  const category = element('category', {
    name,
    color,
    keyboardShortcut: 0,
    usageCount: 0,
    lastTimeUsedNotes: never,
    lastTimeUsedJournal: never,
    lastTimeUsedContacts: never,
    lastTimeUsedTasks: never,
    lastTimeUsedCalendar: never,
    lastTimeUsedMail: never,
    lastTimeUsed: never,
    lastSessionUsed: 0,
    guid: id,
  });
  const end = xml.lastIndexOf('</categories>');
  if (end >= 0) return `${xml.slice(0, end)}${category}${xml.slice(end)}`;
  return xml.replace(
    /<categories([^>]*?)\s*\/>/,
    (_all, attributes: string) => `<categories${attributes}>${category}</categories>`,
  );
}
