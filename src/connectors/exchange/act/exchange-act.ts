import { asMailroomError, MailroomError } from '../../../base/errors.ts';
import type { FieldBag } from '../../../contracts/act-fields.ts';
import type { ActFolder, ActFound, ActHead, ActItemRef, ActResponse } from '../../../contracts/act-item.ts';
import type {
  ActClaim,
  ActFiles,
  ActItemChange,
  ActItemUpdate,
  ActNewItem,
  ActNotify,
  ActPort,
  ActWritten,
} from '../../../contracts/act-port.ts';
import { getFolder } from '../operations/get-folder.ts';
import type { EwsClient } from '../soap/ews-client.ts';
import { readClaim, writeClaim } from './act-claim.ts';
import { answerMeeting, deleteItem, findItems, readItems, syncItems } from './act-requests.ts';
import { ActWrites } from './act-writes.ts';
import { viewCalendar } from './calendar-view.ts';
import { codecOfFolder } from './codecs.ts';
import { withFiles } from './item-files.ts';
import type { ActMarking } from './item-stamp.ts';
import { meetingRestriction, recordRestriction } from './restrictions.ts';

/** Items in one GetItem. */
const readBatch = 50;

/** Calendar, contacts and tasks of an Exchange mailbox over EWS. */
export class ExchangeAct implements ActPort {
  readonly #client: EwsClient;
  readonly #marking: ActMarking | undefined;
  readonly #writes: ActWrites;

  /** `marking` is absent where nothing is marked by category (CT-07). */
  constructor(client: EwsClient, marking?: ActMarking) {
    this.#client = client;
    this.#marking = marking;
    this.#writes = new ActWrites(client, marking);
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

  findByMeeting(meetingId: string, signal: AbortSignal): Promise<readonly ActHead[]> {
    return findItems(this.#client, 'calendar', meetingRestriction(meetingId), this.#marking, signal);
  }

  view(start: Date, end: Date, signal: AbortSignal): Promise<readonly FieldBag[]> {
    return viewCalendar(this.#client, start, end, signal);
  }

  create(item: ActNewItem, signal: AbortSignal): Promise<ActItemRef> {
    return this.#writes.create(item, signal);
  }

  createMany(folder: ActFolder, items: readonly ActNewItem[], signal: AbortSignal): Promise<readonly ActWritten[]> {
    return this.#writes.createMany(folder, items, signal);
  }

  update(seen: ActItemRef, change: ActItemChange, signal: AbortSignal): Promise<ActItemRef> {
    return this.#writes.update(seen, change, signal);
  }

  updateMany(updates: readonly ActItemUpdate[], signal: AbortSignal): Promise<readonly ActWritten[]> {
    return this.#writes.updateMany(updates, signal);
  }

  async remove(seen: ActItemRef, notify: ActNotify, signal: AbortSignal): Promise<void> {
    await deleteItem(this.#client, seen, notify, signal);
  }

  async respond(seen: ActItemRef, response: ActResponse, comment: string, signal: AbortSignal): Promise<void> {
    await this.#writes.certain('CreateItem', () => answerMeeting(this.#client, seen, response, comment, signal));
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
}
