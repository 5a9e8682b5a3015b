import type { FolderItem } from '../../../contracts/folder-tracker.ts';
import type { EwsClient } from '../soap/ews-client.ts';
import { findNode } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';
import { folderId } from './folder-ref.ts';
import { mailItemFields, mailItemOf } from './mail-item.ts';

/** What to look for. */
export interface ChangedQuery {
  /** Last changed then or later. */
  readonly modifiedSince: Date;
  /** Bears this category. */
  readonly category?: string | undefined;
  readonly receivedSince?: Date | undefined;
  /** Results of each folder to pass over. */
  readonly offset: number;
}

/** What one folder holds of it, in the order of the changes. */
export interface FoundItems {
  readonly items: readonly FolderItem[];
  readonly isLast: boolean;
}

/** Most items a folder answers with at once (limit of the operation). */
const mostItems = 1000;

/** FindItem over several folders: an answer each, in the order asked; a folder that is gone or closed to us answers with nothing. */
export async function findChangedItems(
  client: EwsClient,
  folderIds: readonly string[],
  query: ChangedQuery,
  signal: AbortSignal,
): Promise<readonly FoundItems[]> {
  const request = element(
    'm:FindItem',
    { Traversal: 'Shallow' },
    element(
      'm:ItemShape',
      {},
      textElement('t:BaseShape', 'IdOnly'),
      element('t:AdditionalProperties', {}, mailItemFields),
    ),
    element('m:IndexedPageItemView', { MaxEntriesReturned: mostItems, Offset: query.offset, BasePoint: 'Beginning' }),
    element('m:Restriction', {}, restrictionOf(query)),
    element('m:SortOrder', {}, element('t:FieldOrder', { Order: 'Ascending' }, field('item:LastModifiedTime'))),
    element('m:ParentFolderIds', {}, ...folderIds.map((id) => folderId({ id }))),
  );
  const outcomes = await client.call('FindItem', request, signal);
  return folderIds.map((_, index): FoundItems => {
    const outcome = outcomes[index];
    if (outcome === undefined) return { items: [], isLast: true };
    if ('error' in outcome) {
      if (lasting.has(outcome.error.kind)) return { items: [], isLast: true };
      throw outcome.error;
    }
    const root = findNode(outcome.node, 'RootFolder');
    return {
      items: (findNode(root, 'Items')?.children ?? []).flatMap((node) => mailItemOf(node) ?? []),
      isLast: root?.attributes.IncludesLastItemInRange !== 'false',
    };
  });
}

/** One folder's own trouble, which is no reason to give up the others. */
const lasting: ReadonlySet<string> = new Set(['notFound', 'item', 'credentials']);

const field = (uri: string): string => element('t:FieldURI', { FieldURI: uri });

function since(uri: string, date: Date): string {
  const value = element('t:Constant', { Value: date.toISOString().replace(/\.\d+Z$/, 'Z') });
  return element('t:IsGreaterThanOrEqualTo', {}, field(uri), element('t:FieldURIOrConstant', {}, value));
}

function restrictionOf({ modifiedSince, category, receivedSince }: ChangedQuery): string {
  const parts = [since('item:LastModifiedTime', modifiedSince)];
  if (receivedSince !== undefined) parts.push(since('item:DateTimeReceived', receivedSince));
  if (category !== undefined) {
    const containment = { ContainmentMode: 'FullString', ContainmentComparison: 'IgnoreCase' };
    parts.push(
      element('t:Contains', containment, field('item:Categories'), element('t:Constant', { Value: category })),
    );
  }
  return parts.length === 1 ? parts.join('') : element('t:And', {}, ...parts);
}
