import { asMailroomError, MailroomError } from '../../../base/errors.ts';
import type { FieldBag } from '../../../contracts/act-fields.ts';
import type { ActFolder, ActFound, ActHead, ActItemRef, ActResponse } from '../../../contracts/act-item.ts';
import type { ActClaim, ActFiles, ActItemChange, ActNewItem, ActNotify, ActPort } from '../../../contracts/act-port.ts';
import { getFolder } from '../operations/get-folder.ts';
import { getItemCategories } from '../operations/get-item-categories.ts';
import type { EwsClient } from '../soap/ews-client.ts';
import { readClaim, writeClaim } from './act-claim.ts';
import {
  answerMeeting,
  changedItem,
  deleteItem,
  findItems,
  leftOut,
  newItem,
  readItems,
  syncItems,
} from './act-requests.ts';
import { viewCalendar } from './calendar-view.ts';
import { codecOfFolder, codecOfKind } from './codecs.ts';
import { withFiles, writeFiles } from './item-files.ts';
import { type ActMarking, isMarked } from './item-stamp.ts';
import { meetingRestriction, recordRestriction } from './restrictions.ts';

/** Items in one GetItem. */
const readBatch = 50;

/** Calendar, contacts and tasks of an Exchange mailbox over EWS. */
export class ExchangeAct implements ActPort {
  readonly #client: EwsClient;
  readonly #marking: ActMarking | undefined;

  /** `marking` is absent where nothing is marked by category (CT-07). */
  constructor(client: EwsClient, marking?: ActMarking) {
    this.#client = client;
    this.#marking = marking;
  }

  /** CT-02: contacts are tracked by the category, and never given it. */
  marks(folder: ActFolder): boolean {
    return this.#marking !== undefined && folder !== 'contacts';
  }

  async changes(folder: ActFolder, cursor: string | null, signal: AbortSignal) {
    try {
      return await syncItems(this.#client, folder, cursor, this.#marking, signal);
    } catch (thrown) {
      if (cursor === null || asMailroomError(thrown).code !== 'ErrorInvalidSyncStateData') throw thrown;
      throw new MailroomError(`Exchange at ${this.#client.where} no longer knows how far ${folder} was read.`, {
        code: 'mr_ActCursorUnknown',
        kind: 'conflict',
      });
    }
  }

  async get(
    folder: ActFolder,
    ids: readonly string[],
    signal: AbortSignal,
    files?: ActFiles,
  ): Promise<readonly ActFound[]> {
    const found: ActFound[] = [];
    for (let start = 0; start < ids.length; start += readBatch) {
      const group = ids.slice(start, start + readBatch);
      found.push(...(await readItems(this.#client, codecOfFolder(folder), group, this.#marking, signal)));
    }
    if (files === undefined || folder !== 'calendar') return found;
    const whole: ActFound[] = [];
    for (const one of found) whole.push(await this.#filled(one, files, signal));
    return whole;
  }

  async #filled(found: ActFound, files: ActFiles, signal: AbortSignal): Promise<ActFound> {
    if ('error' in found || found.item.kind !== 'appointment' || found.item.refusal !== undefined) return found;
    try {
      return { item: await withFiles(this.#client, found.item, files, signal) };
    } catch (thrown) {
      const error = asMailroomError(thrown);
      if (!['item', 'notFound'].includes(error.kind)) throw error;
      return { error };
    }
  }

  findByRecord(folder: ActFolder, recordId: string, signal: AbortSignal): Promise<readonly ActHead[]> {
    return findItems(this.#client, folder, recordRestriction(recordId), this.#marking, signal);
  }

  async findByMeeting(meetingId: string, signal: AbortSignal): Promise<ActHead | undefined> {
    return (await findItems(this.#client, 'calendar', meetingRestriction(meetingId), this.#marking, signal))[0];
  }

  view(start: Date, end: Date, signal: AbortSignal): Promise<readonly FieldBag[]> {
    return viewCalendar(this.#client, start, end, signal);
  }

  async create(item: ActNewItem, signal: AbortSignal): Promise<ActItemRef> {
    const codec = codecOfFolder(item.folder);
    const category = this.marks(item.folder) ? this.#marking?.names[0] : undefined;
    const made = await this.#certain('CreateItem', () => newItem(this.#client, codec, item, category, signal));
    const finished = (await codec.finish?.(this.#client, made, item.fields, item.notify, signal)) ?? made;
    return this.#withFiles(finished, item, signal);
  }

  async update(seen: ActItemRef, change: ActItemChange, signal: AbortSignal): Promise<ActItemRef> {
    const codec = codecOfKind(change.kind);
    const categories =
      change.stamp !== undefined && change.kind !== 'contact' ? await this.#marked(seen, signal) : undefined;
    const written = await this.#certain('UpdateItem', () =>
      changedItem(this.#client, codec, seen, change, categories, signal),
    );
    const finished = (await codec.finish?.(this.#client, written, change.fields, change.notify, signal)) ?? written;
    return this.#withFiles(finished, change, signal);
  }

  async #withFiles(
    item: ActItemRef,
    { kind, fields, files, filesBefore }: Pick<ActItemChange, 'kind' | 'fields' | 'files' | 'filesBefore'>,
    signal: AbortSignal,
  ): Promise<ActItemRef> {
    if (files === undefined || kind !== 'appointment' || fields.attachments === undefined) return item;
    return this.#certain('CreateAttachment', () =>
      writeFiles(
        this.#client,
        item,
        { wanted: fields.attachments ?? null, before: filesBefore ?? null },
        files,
        signal,
      ),
    );
  }

  async remove(seen: ActItemRef, notify: ActNotify, signal: AbortSignal): Promise<void> {
    await deleteItem(this.#client, seen, notify, signal);
  }

  async respond(seen: ActItemRef, response: ActResponse, comment: string, signal: AbortSignal): Promise<void> {
    await this.#certain('CreateItem', () => answerMeeting(this.#client, seen, response, comment, signal));
  }

  async counts(signal: AbortSignal): Promise<Readonly<Record<ActFolder, number>>> {
    const count = async (folder: ActFolder): Promise<number> =>
      (await getFolder(this.#client, { distinguished: folder }, signal)).totalCount;
    return { calendar: await count('calendar'), contacts: await count('contacts'), tasks: await count('tasks') };
  }

  readClaim(signal: AbortSignal): Promise<ActClaim | undefined> {
    return readClaim(this.#client, signal);
  }

  writeClaim(claim: ActClaim, signal: AbortSignal): Promise<void> {
    return writeClaim(this.#client, claim, signal);
  }

  /** The item's categories with the tracking category among them; undefined when it bears it already, or none is put on. */
  async #marked(seen: ActItemRef, signal: AbortSignal): Promise<readonly string[] | undefined> {
    const name = this.#marking?.names[0];
    if (this.#marking === undefined || name === undefined) return undefined;
    const [item] = await getItemCategories(this.#client, [seen.id], signal);
    if (item === undefined || 'error' in item) throw item?.error ?? leftOut();
    return isMarked(item.categories, this.#marking) ? undefined : [...item.categories, name];
  }

  /** A write whose answer did not come may have happened. */
  async #certain<T>(operation: string, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (thrown) {
      const error = asMailroomError(thrown);
      if (error.kind !== 'transient') throw error;
      throw new MailroomError(`${error.message} Whether ${operation} took effect is looked up at the next try.`, {
        code: error.code,
        kind: error.kind,
        retryAfterMs: error.retryAfterMs,
        serverReply: error.serverReply,
        uncertain: true,
        cause: error,
      });
    }
  }
}
