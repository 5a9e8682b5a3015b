import type { StoreScope } from '../../store/database.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import type { EntityReference } from '../../tables/table-definition.ts';

type EmailRow = RecordOf<'email'>;

/** What an email hands down to those that answer it. */
export interface ThreadValues {
  readonly conversationTrackingId: string;
  readonly regarding: EntityReference | null;
  readonly trackingToken: string;
}

interface ThreadNode extends ThreadValues {
  readonly id: string;
  readonly parentId: string | undefined;
}

/** Emails looked at below a group of emails, at most. */
const mostNodes = 20_000;

const nodeColumns = [
  'activityid',
  'correlatedactivityid',
  'conversationtrackingid',
  'regardingobjectid',
  'trackingtoken',
] as const;

const nothing: ThreadValues = { conversationTrackingId: '', regarding: null, trackingToken: '' };

/** Reads the emails below some emails, directly or over others, and the `others` that are named beside them; a statement for each level. */
export async function readThreads(
  scope: StoreScope,
  tops: readonly EmailRow[],
  others: readonly string[],
): Promise<Threads> {
  const threads = new Threads();
  for (const row of tops) threads.add(row);
  const read = async (column: 'activityid' | 'correlatedactivityid', ids: readonly string[]): Promise<string[]> => {
    const filter = { column, operator: 'in', value: ids } as const;
    const page = await scope.records.retrieveMultiple({ table: 'email', columns: nodeColumns, filter });
    return page.rows.flatMap((row) => (threads.add(row) && row.activityid ? [row.activityid] : []));
  };
  let level = tops.flatMap((row) => row.activityid ?? []);
  while (level.length > 0 && threads.size < mostNodes) level = await read('correlatedactivityid', level);
  const unread = [...new Set(others)].filter((id) => !threads.has(id));
  if (unread.length > 0) await read('activityid', unread);
  return threads;
}

/** Threads of emails as they stand while links are changed one after the other, and what is to be written of it in the end. */
export class Threads {
  readonly #nodes = new Map<string, ThreadNode>();
  readonly #children = new Map<string, Set<string>>();
  readonly #changes = new Map<string, EmailRow>();

  get size(): number {
    return this.#nodes.size;
  }

  has(id: string): boolean {
    return this.#nodes.has(id);
  }

  /** Takes a row in; false for one that is there already. */
  add(row: EmailRow): boolean {
    const id = row.activityid ?? '';
    if (this.#nodes.has(id)) return false;
    this.#nodes.set(id, {
      id,
      parentId: row.correlatedactivityid?.id,
      conversationTrackingId: row.conversationtrackingid ?? id,
      regarding: row.regardingobjectid ?? null,
      trackingToken: row.trackingtoken ?? '',
    });
    this.#childrenOf(row.correlatedactivityid?.id)?.add(id);
    return true;
  }

  /** What an email hands down as it stands now; nothing for one that is not known. */
  valuesOf(id: string | undefined): ThreadValues {
    return (id === undefined ? undefined : this.#nodes.get(id)) ?? nothing;
  }

  isBelow(id: string, top: string): boolean {
    return this.#below(top).some((node) => node.id === id);
  }

  /**
   * Links an email to another parent with the columns of the link, and hands changed values down: the conversation to all below it, the
   * rest to those that had taken it over and not got their own since.
   */
  relink(id: string, parentId: string | undefined, link: EmailRow, after: ThreadValues): void {
    const node = this.#nodes.get(id);
    if (node === undefined) return;
    const below = this.#below(id);
    this.#childrenOf(node.parentId)?.delete(id);
    this.#childrenOf(parentId)?.add(id);
    this.#nodes.set(id, { ...node, parentId });
    this.#change(id, after, link);
    const { conversationTrackingId, regarding, trackingToken } = after;
    if (node.conversationTrackingId !== conversationTrackingId) {
      for (const { id: other } of below) this.#change(other, { conversationTrackingId });
    }
    if (node.regarding?.id !== regarding?.id) {
      const took = inheritors(id, below, (other) => other.regarding?.id === node.regarding?.id);
      for (const other of took) this.#change(other, { regarding });
    }
    if (node.trackingToken !== trackingToken) {
      const took = inheritors(id, below, (other) => other.trackingToken === node.trackingToken);
      for (const other of took) this.#change(other, { trackingToken });
    }
  }

  /** Writes what changed, in a statement for each set of columns. */
  async write(scope: StoreScope): Promise<void> {
    const rows = [...this.#changes].sort(([one], [other]) => (one < other ? -1 : 1));
    await scope.records.updateMany(
      'email',
      rows.map(([id, values]) => ({ id, values })),
    );
  }

  #childrenOf(id: string | undefined): Set<string> | undefined {
    if (id === undefined) return undefined;
    const known = this.#children.get(id) ?? new Set();
    this.#children.set(id, known);
    return known;
  }

  /** From the top down, without the top itself. */
  #below(top: string): readonly ThreadNode[] {
    const reached = new Set([top]);
    for (const id of reached) for (const child of this.#children.get(id) ?? []) reached.add(child);
    reached.delete(top);
    return [...reached].flatMap((id) => this.#nodes.get(id) ?? []);
  }

  #change(id: string, values: Partial<ThreadValues>, link: EmailRow = {}): void {
    const node = this.#nodes.get(id);
    if (node === undefined) return;
    this.#nodes.set(id, { ...node, ...values });
    const { conversationTrackingId, regarding, trackingToken } = values;
    this.#changes.set(id, {
      ...this.#changes.get(id),
      ...link,
      ...(conversationTrackingId === undefined ? {} : { conversationtrackingid: conversationTrackingId }),
      ...(regarding === undefined ? {} : { regardingobjectid: regarding }),
      ...(trackingToken === undefined ? {} : { trackingtoken: trackingToken || null }),
    });
  }
}

/** Those reached from the top over others of which the same holds. */
function inheritors(topId: string, below: readonly ThreadNode[], holds: (node: ThreadNode) => boolean): string[] {
  const reached = new Set([topId]);
  for (const node of below) if (reached.has(node.parentId ?? '') && holds(node)) reached.add(node.id);
  reached.delete(topId);
  return [...reached];
}
