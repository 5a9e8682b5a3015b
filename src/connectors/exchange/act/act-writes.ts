import { asMailroomError, MailroomError } from '../../../base/errors.ts';
import type { ActFolder, ActItemRef } from '../../../contracts/act-item.ts';
import type { ActItemChange, ActItemUpdate, ActNewItem, ActNotify, ActWritten } from '../../../contracts/act-port.ts';
import { getItemCategories } from '../operations/get-item-categories.ts';
import type { EwsClient } from '../soap/ews-client.ts';
import { changedItemElement, changedItems, leftOut, newItemElement, newItems } from './act-requests.ts';
import { codecOfFolder, codecOfKind } from './codecs.ts';
import { inChunks } from './in-chunks.ts';
import { writeFiles } from './item-files.ts';
import { type ActMarking, isMarked } from './item-stamp.ts';

/** An element that waits to be sent, and which of the items asked for it is. */
interface Waiting {
  readonly index: number;
  readonly xml: string;
  readonly notify: ActNotify;
}

/** Writes of items, one or many in a request. */
export class ActWrites {
  readonly #client: EwsClient;
  readonly #marking: ActMarking | undefined;

  constructor(client: EwsClient, marking: ActMarking | undefined) {
    this.#client = client;
    this.#marking = marking;
  }

  async create(item: ActNewItem, signal: AbortSignal): Promise<ActItemRef> {
    const codec = codecOfFolder(item.folder);
    const xml = newItemElement(codec, item, this.#category(item.folder));
    const [written] = await this.certain('CreateItem', async () =>
      thrown(await newItems(this.#client, item.folder, item.notify, [xml], signal)),
    );
    const made = refOf(written);
    const finished = (await codec.finish?.(this.#client, made, item.fields, item.notify, signal)) ?? made;
    return this.#withFiles(finished, item, signal);
  }

  async createMany(
    folder: ActFolder,
    items: readonly ActNewItem[],
    signal: AbortSignal,
  ): Promise<readonly ActWritten[]> {
    const codec = codecOfFolder(folder);
    const waiting = items.flatMap((item, index): Waiting[] =>
      takesMore(item, hasOccurrences(item.fields.exceptions))
        ? []
        : [{ index, xml: newItemElement(codec, item, this.#category(folder)), notify: item.notify }],
    );
    return this.#many(
      items.length,
      waiting,
      (notify, elements) => this.certain('CreateItem', () => newItems(this.#client, folder, notify, elements, signal)),
      (index) => this.create(items[index] as ActNewItem, signal),
    );
  }

  async update(seen: ActItemRef, change: ActItemChange, signal: AbortSignal): Promise<ActItemRef> {
    const codec = codecOfKind(change.kind);
    const [categories] = await this.#categoriesFor([{ seen, change }], signal);
    if (categories !== undefined && 'error' in categories) throw categories.error;
    const xml = changedItemElement(codec, { seen, change }, categories?.names);
    const [written] =
      xml === undefined
        ? [{ ref: seen }]
        : await this.certain('UpdateItem', async () =>
            thrown(await changedItems(this.#client, change.notify, [xml], signal)),
          );
    const ref = refOf(written);
    const finished = (await codec.finish?.(this.#client, ref, change.fields, change.notify, signal)) ?? ref;
    return this.#withFiles(finished, change, signal);
  }

  async updateMany(updates: readonly ActItemUpdate[], signal: AbortSignal): Promise<readonly ActWritten[]> {
    const known = new Map<number, ActWritten>();
    const whole = updates.map(({ change }) => !takesMore(change, change.fields.exceptions !== undefined));
    const categories = await this.#categoriesFor(
      updates.map((update, index) => (whole[index] === true ? update : undefined)),
      signal,
    );
    const waiting = updates.flatMap((update, index): Waiting[] => {
      if (whole[index] !== true) return [];
      const found = categories[index];
      if (found !== undefined && 'error' in found) {
        known.set(index, { error: found.error });
        return [];
      }
      const xml = changedItemElement(codecOfKind(update.change.kind), update, found?.names);
      if (xml !== undefined) return [{ index, xml, notify: update.change.notify }];
      known.set(index, { ref: update.seen });
      return [];
    });
    const written = await this.#many(
      updates.length,
      waiting,
      (notify, elements) => this.certain('UpdateItem', () => changedItems(this.#client, notify, elements, signal)),
      (index) => {
        const { seen, change } = updates[index] as ActItemUpdate;
        return this.update(seen, change, signal);
      },
      known,
    );
    return written;
  }

  /** Sends what waits, and does one by one what takes more than a request, or what the server did not take together. */
  async #many(
    count: number,
    waiting: readonly Waiting[],
    send: (notify: ActNotify, elements: readonly string[]) => Promise<readonly ActWritten[]>,
    alone: (index: number) => Promise<ActItemRef>,
    known: ReadonlyMap<number, ActWritten> = new Map(),
  ): Promise<readonly ActWritten[]> {
    const results = new Map(known);
    for (const notify of ['nobody', 'attendees'] as const) {
      for (const chunk of inChunks(waiting.filter((one) => one.notify === notify))) {
        const written = await unlessItem(() =>
          send(
            notify,
            chunk.map(({ xml }) => xml),
          ),
        );
        // One that the server cannot even read lets it refuse the whole request, before it did anything: each stands for itself then.
        if ('error' in written && written.error.code !== 'mr_EwsBadAnswer') continue;
        if ('error' in written) {
          for (const { index } of chunk) results.set(index, written);
          continue;
        }
        for (const [at, { index }] of chunk.entries()) results.set(index, written.value[at] ?? { error: leftOut() });
      }
    }
    for (let index = 0; index < count; index += 1) {
      if (results.has(index)) continue;
      const made = await unlessItem(() => alone(index));
      results.set(index, 'error' in made ? made : { ref: made.value });
    }
    return Array.from({ length: count }, (_, index) => results.get(index) ?? { error: leftOut() });
  }

  async #withFiles(
    item: ActItemRef,
    { kind, fields, files, filesBefore }: Pick<ActItemChange, 'kind' | 'fields' | 'files' | 'filesBefore'>,
    signal: AbortSignal,
  ): Promise<ActItemRef> {
    if (files === undefined || kind !== 'appointment' || fields.attachments === undefined) return item;
    return this.certain('CreateAttachment', () =>
      writeFiles(
        this.#client,
        item,
        { wanted: fields.attachments ?? null, before: filesBefore ?? null },
        files,
        signal,
      ),
    );
  }

  /** CT-02: contacts are tracked by the category, and never given it. */
  #category(folder: ActFolder): string | undefined {
    return folder === 'contacts' ? undefined : this.#marking?.names[0];
  }

  /** For each update its item's categories with the tracking category among them; undefined where it bears it already, or none is put on. */
  async #categoriesFor(
    updates: readonly (ActItemUpdate | undefined)[],
    signal: AbortSignal,
  ): Promise<readonly ({ readonly names: readonly string[] } | { readonly error: MailroomError } | undefined)[]> {
    const name = this.#marking?.names[0];
    const marking = this.#marking;
    const asked = updates.map((update) =>
      marking !== undefined && name !== undefined && update !== undefined && isToMark(update.change)
        ? update.seen.id
        : undefined,
    );
    const ids = asked.flatMap((id) => id ?? []);
    if (ids.length === 0 || marking === undefined || name === undefined) return updates.map(() => undefined);
    const read = new Map((await getItemCategories(this.#client, ids, signal)).map((one) => [one.id, one]));
    return asked.map((id) => {
      const item = id === undefined ? undefined : (read.get(id) ?? { error: leftOut() });
      if (item === undefined || 'error' in item) return item;
      return isMarked(item.categories, marking) ? undefined : { names: [...item.categories, name] };
    });
  }

  /** A write whose answer did not come may have happened. */
  async certain<T>(operation: string, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (thrown) {
      throw uncertain(operation, asMailroomError(thrown));
    }
  }
}

const isToMark = ({ stamp, kind, isMarked }: ActItemChange): boolean =>
  stamp !== undefined && kind !== 'contact' && isMarked !== true;

/** Whether files or changed occurrences have to be written after the item. */
const takesMore = (
  { kind, fields, files }: Pick<ActItemChange, 'kind' | 'fields' | 'files'>,
  writesOccurrences: boolean,
): boolean => writesOccurrences || (kind === 'appointment' && files !== undefined && fields.attachments !== undefined);

const hasOccurrences = (exceptions: unknown): boolean => Array.isArray(exceptions) && exceptions.length > 0;

/** The outcomes, whose first error is thrown. */
function thrown(written: readonly ActWritten[]): readonly ActWritten[] {
  for (const one of written) if ('error' in one) throw one.error;
  return written;
}

function refOf(written: ActWritten | undefined): ActItemRef {
  if (written === undefined) throw leftOut();
  if ('error' in written) throw written.error;
  return written.ref;
}

/** The error of what concerns one item alone; others are thrown. */
async function unlessItem<T>(
  work: () => Promise<T>,
): Promise<{ readonly value: T } | { readonly error: MailroomError }> {
  try {
    return { value: await work() };
  } catch (thrown) {
    const error = asMailroomError(thrown);
    if (error.uncertain || !['item', 'conflict', 'notFound', 'internal'].includes(error.kind)) throw error;
    return { error };
  }
}

function uncertain(operation: string, error: MailroomError): MailroomError {
  if (error.kind !== 'transient') return error;
  return new MailroomError(`${error.message} Whether ${operation} took effect is looked up at the next try.`, {
    code: error.code,
    kind: error.kind,
    retryAfterMs: error.retryAfterMs,
    serverReply: error.serverReply,
    uncertain: true,
    cause: error,
  });
}
