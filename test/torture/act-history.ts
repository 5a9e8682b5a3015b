import { respondToMeeting } from '../../src/app/act-operations.ts';
import { MailroomError } from '../../src/base/errors.ts';
import type { FieldValue } from '../../src/contracts/act-fields.ts';
import type { ActFolder, ActItem } from '../../src/contracts/act-item.ts';
import {
  deletedOccurrence,
  plainOccurrence,
  type SeriesException,
  type SeriesFields,
} from '../../src/contracts/series-fields.ts';
import { occurrenceOn, seriesDates } from '../../src/formats/recurrence/expand-series.ts';
import { createException } from '../../src/rules/series/series-messages.ts';
import type { RecordOf } from '../../src/tables/catalog.ts';
import { type ActPerson, type ActScene, addFilter, openActScene, quietSignal } from '../support/act-scene.ts';
import { seeded } from '../support/organisation.ts';
import { checkHistory, type Entity, entityItems, entityRecords } from './act-history-check.ts';
import { wrapsFor } from './act-history-faults.ts';
import { type Kind, kinds, user } from './act-history-kinds.ts';
import type { Step } from './act-history-steps.ts';
import { StepTally } from './act-history-tally.ts';

const everyContact =
  '<fetch><entity name="contact"><filter><condition attribute="statecode" operator="eq" value="0"/></filter></entity></fetch>';
const takesPart = (table: string): string =>
  `<fetch><entity name="${table}"><link-entity name="activityparty" from="activityid" to="activityid" link-type="any"><filter><condition attribute="partyid" operator="eq-userid"/><condition attribute="participationtypemask" operator="ne" value="9"/></filter></link-entity></entity></fetch>`;

/** Plays steps on a scene of its own and checks at the end that both sides agree and nothing was lost unseen. */
export async function playHistory(steps: readonly Step[], tally: StepTally = new StepTally()): Promise<void> {
  const scene = await openActScene();
  try {
    await scene.database.records.update('organization', seeded.organization, {
      orgdborgsettings:
        '<OrgSettings><mr_ActMostDeletions>100000</mr_ActMostDeletions><mr_ActMostDeletionPercent>100</mr_ActMostDeletionPercent></OrgSettings>',
    });
    await addFilter(scene, 'anna', 'contact');
    await addFilter(scene, 'anna', 'task');
    await addFilter(scene, 'ben', 'contact', everyContact);
    for (const who of ['anna', 'ben'] as const)
      for (const table of ['appointment', 'recurringappointmentmaster'])
        await addFilter(scene, who, table, takesPart(table));
    const history = new History(scene, tally);
    for (const step of steps) tally.count(step, await history.play(step));
    for (let round = 0; round < 3; round += 1) {
      await scene.clock.advance(2 * 86_400_000);
      await scene.settle('anna', 'ben');
    }
    await checkHistory(scene, history.entities);
  } finally {
    await scene.close();
  }
}

type RemovalStep = Extract<Step, { do: 'delete' | 'move' | 'return' }>;

class History {
  readonly entities: Entity[] = [];
  readonly #scene: ActScene;
  #serial = 0;

  readonly #tally: StepTally;

  constructor(scene: ActScene, tally: StepTally) {
    this.#scene = scene;
    this.#tally = tally;
  }

  /** False when there was nothing to do it to. */
  async play(step: Step): Promise<boolean> {
    await this.#scene.clock.advance(1000);
    const told = this.entities.map((entity) => entity.told);
    const isPlayed = await this.#carryOut(step);
    for (const [at, entity] of this.entities.entries())
      if (entity.told > (told[at] ?? entity.told)) await this.#mayBeAnsweredAgain(entity);
    return isPlayed;
  }

  /** The organizer's change takes back the answer that the item shows: one on its way, of which nobody knows whether it was given, is given to the changed meeting. */
  async #mayBeAnsweredAgain(entity: Entity): Promise<void> {
    const records = new Set((await entityRecords(this.#scene, entity)).map(({ near }) => near.id));
    const links = await this.#scene.links('ben');
    if (links.some((link) => records.has(link.objectid ?? '') && typeof link.mr_response === 'number'))
      entity.answers += 1;
  }

  #carryOut(step: Step): Promise<boolean> {
    switch (step.do) {
      case 'create':
        return this.#create(step);
      case 'edit':
        return this.#edit(step);
      case 'delete':
      case 'move':
        return this.#remove(step);
      case 'return':
        return this.#moveAndReturn(step);
      case 'reassign':
        return this.#reassign(step);
      case 'occurrence':
        return this.#occurrence(step);
      case 'people':
        return this.#people(step);
      case 'respond':
        return this.#respond(step);
      case 'turn':
        return this.#turn(step);
    }
  }

  async #turn({ of, fault, after, maxItems }: Extract<Step, { do: 'turn' }>): Promise<boolean> {
    await this.#scene.turn(
      of,
      wrapsFor(fault, after, maxItems, () => this.#tally.note(`fault ${fault}`)),
    );
    return true;
  }

  #pick(kindWanted: Kind, index: number): Entity | undefined {
    const some = this.entities.filter((entity) => entity.kind === kindWanted && !entity.wasDeleted);
    return some[index % Math.max(1, some.length)];
  }

  /** Whose rights reach the records of a kind: ben's role reaches everybody's contacts. */
  #store(kindWanted: Kind) {
    return this.#scene.storeOf(kindWanted === 'contact' ? 'ben' : 'anna');
  }

  async #create({ kind, by, withBen }: Extract<Step, { do: 'create' }>): Promise<boolean> {
    if (by === 'ben' && kind !== 'contact') return false;
    this.#serial += 1;
    const name = `N${this.#serial}`;
    const isInvited = kinds[kind].isMeeting && withBen;
    this.entities.push({
      kind,
      name,
      written: new Map(),
      replaced: new Map(),
      wasDeleted: false,
      wasLinkedWhenDeleted: false,
      told: isInvited ? 1 : 0,
      calledOff: 0,
      patterns: 0,
      answers: 0,
    });
    if (by === 'record') {
      await this.#scene.storeOf('anna').create(kind, kinds[kind].newRecord(name, withBen) as RecordOf<typeof kind>);
      return true;
    }
    const { folder, itemKind, newItem } = kinds[kind];
    const fields = newItem(name, withBen);
    const made = await this.#scene
      .outlookOf(by)
      .create(
        { folder, kind: itemKind, fields, stamp: noStamp, notify: isInvited ? 'attendees' : 'nobody', remindOn: null },
        quietSignal,
      );
    this.#scene.track(by, made.id, true);
    return true;
  }

  async #edit(step: Extract<Step, { do: 'edit' }>): Promise<boolean> {
    const entity = this.#pick(step.kind, step.at);
    const { edits, isMeeting } = kinds[step.kind];
    const edit = edits[step.field % edits.length];
    // What an attendee changes in his own copy is his alone.
    if (entity === undefined || edit === undefined || (isMeeting && step.by === 'ben')) return false;
    this.#serial += 1;
    const n = this.#serial;
    if (edit.field === 'recurrence') await this.#mayBeToldAgain(entity);
    if (step.by === 'record') {
      const [row] = await entityRecords(this.#scene, entity);
      if (row === undefined) return false;
      note(entity.replaced, edit.field, edit.tokenOf(row.near.fields[edit.field]));
      await this.#store(step.kind).update(
        step.kind,
        row.near.id,
        edit.columns(n, row.row) as RecordOf<typeof step.kind>,
      );
    } else {
      const [item] = await entityItems(this.#scene, entity, step.by);
      if (item === undefined) return false;
      note(entity.replaced, edit.field, edit.tokenOf(item.fields[edit.field]));
      await this.#writeItem(step.by, item, edit.field, edit.value(n, item));
    }
    entity.told += 1;
    note(entity.written, edit.field, edit.token(n));
    return true;
  }

  /** Exchange forgets the exceptions of a series whose pattern changes: those that stay are told, or called off, once more. */
  async #mayBeToldAgain(entity: Entity): Promise<void> {
    entity.patterns += 1;
    const [row] = await entityRecords(this.#scene, entity);
    const [item] = await entityItems(this.#scene, entity, 'anna');
    const deleted = new Map<string, boolean>();
    for (const fields of [row?.near.fields, item?.fields])
      for (const { date, isDeleted } of (fields?.exceptions ?? []) as unknown as readonly SeriesException[])
        deleted.set(date, isDeleted || deleted.get(date) === true);
    for (const isDeleted of deleted.values()) {
      entity.told += 1;
      if (isDeleted) entity.calledOff += 1;
    }
  }

  async #writeItem(by: ActPerson, item: ActItem, field: string, value: FieldValue): Promise<void> {
    const notify = item.kind === 'appointment' || item.kind === 'series' ? 'attendees' : 'nobody';
    await this.#scene.outlookOf(by).update(item, { kind: item.kind, fields: { [field]: value }, notify }, quietSignal);
  }

  /** Deleted on one side, or put into another folder, which is no folder of ours (AA-44). */
  async #remove({ do: how, kind, at, by }: RemovalStep): Promise<boolean> {
    const entity = this.#pick(kind, at);
    if (entity === undefined) return false;
    const isOthers = kinds[kind].isMeeting && by === 'ben';
    if (by === 'record') {
      const [row] = await entityRecords(this.#scene, entity);
      if (row === undefined || how === 'move') return false;
      entity.wasLinkedWhenDeleted = await this.#isLinked(row.near.id);
      await this.#store(kind).delete(kind, row.near.id).catch(ignoreRefusal);
    } else {
      const [item] = await entityItems(this.#scene, entity, by);
      if (item === undefined) return false;
      if (!isOthers) entity.wasLinkedWhenDeleted = await this.#isLinked(item.stamp?.recordId ?? '');
      if (how === 'delete')
        await this.#scene.outlookOf(by).remove(item, isOthers ? 'nobody' : 'attendees', quietSignal);
      else this.#move(by, item.id, 'notes');
    }
    // AA-40: an attendee's own copy is nobody else's business.
    if (isOthers) return true;
    entity.wasDeleted = true;
    entity.calledOff += 1;
    return true;
  }

  /** Put elsewhere and back between two turns, which is no deletion (AA-44); what does not bear our mark yet is as good as new. */
  async #moveAndReturn({ kind, at, by }: RemovalStep): Promise<boolean> {
    const entity = this.#pick(kind, at);
    if (entity === undefined || by === 'record') return false;
    const [item] = await entityItems(this.#scene, entity, by);
    if (item?.stamp === undefined) return false;
    this.#move(by, this.#move(by, item.id, 'notes'), kinds[kind].folder);
    return true;
  }

  /** Returns the id that the item has there. */
  #move(by: ActPerson, itemId: string, folder: ActFolder | 'notes'): string {
    const { mailbox } = this.#scene.server.account(`${by}@ours.example`);
    const item = mailbox.items.get(itemId);
    if (item === undefined) return itemId;
    mailbox.moveItem(item, mailbox.folderNamed(folder));
    return item.id;
  }

  async #isLinked(recordId: string): Promise<boolean> {
    const links = await this.#scene.links('anna');
    return links.some(({ objectid, mr_linkstate }) => objectid === recordId && mr_linkstate === 100000000);
  }

  async #reassign({ at, to }: Extract<Step, { do: 'reassign' }>): Promise<boolean> {
    const entity = this.#pick('contact', at);
    const [row] = entity === undefined ? [] : await entityRecords(this.#scene, entity);
    if (row === undefined) return false;
    const ownerid = { table: 'systemuser', id: to === 'anna' ? seeded.anna : seeded.ben };
    await this.#scene.database.records.update('contact', row.near.id, { ownerid });
    return true;
  }

  async #occurrence(step: Extract<Step, { do: 'occurrence' }>): Promise<boolean> {
    const entity = this.#pick('recurringappointmentmaster', step.at);
    if (entity === undefined || step.by === 'ben') return false;
    this.#serial += 1;
    const location = `v${this.#serial}`;
    if (step.by === 'record') {
      const [row] = await entityRecords(this.#scene, entity);
      const series = row?.near.fields.recurrence as unknown as SeriesFields | null | undefined;
      if (row === undefined || !series) return false;
      const date = dateAt(series, step.date);
      const { start } = occurrenceOn({ ...series, recurrence: series }, date);
      const change = step.isDeleted ? ('deleted' as const) : { location };
      await this.#scene
        .storeOf('anna')
        .together(async (store) => {
          await createException(store as never, row.near.id, start, change);
        })
        .catch(ignoreRefusal);
    } else {
      const [item] = await entityItems(this.#scene, entity, step.by);
      const series = item?.fields.recurrence as unknown as SeriesFields | null | undefined;
      if (item === undefined || !series) return false;
      const date = dateAt(series, step.date);
      const there = (item.fields.exceptions ?? []) as unknown as readonly SeriesException[];
      if (there.some((one) => one.date === date && one.isDeleted)) return false;
      const one = step.isDeleted ? deletedOccurrence(date) : { ...plainOccurrence(date), location };
      const all = [...there.filter((other) => other.date !== date), one].sort((a, b) => (a.date < b.date ? -1 : 1));
      if (all.filter(({ isDeleted }) => isDeleted).length === [...seriesDates(series)].length) return false;
      await this.#writeItem(step.by, item, 'exceptions', all as unknown as FieldValue);
    }
    // An edit of the pattern may still be on its way.
    entity.told += 1 + entity.patterns;
    if (step.isDeleted) entity.calledOff += 1 + entity.patterns;
    return true;
  }

  async #people({ kind, at }: Extract<Step, { do: 'people' }>): Promise<boolean> {
    const entity = this.#pick(kind, at);
    const [row] = entity === undefined ? [] : await entityRecords(this.#scene, entity);
    if (entity === undefined || row === undefined) return false;
    const isIn = !!(row.near.fields.requiredAttendees as readonly FieldValue[] | null)?.length;
    const requiredattendees = isIn ? [] : [user(seeded.ben)];
    await this.#scene
      .storeOf('anna')
      .update(kind as 'appointment', row.near.id, { requiredattendees })
      .catch(ignoreRefusal);
    entity.told += 1;
    if (isIn) entity.calledOff += 1;
    return true;
  }

  async #respond({ kind, at, by, response }: Extract<Step, { do: 'respond' }>): Promise<boolean> {
    const entity = this.#pick(kind, at);
    if (entity === undefined) return false;
    entity.answers += 1;
    if (by === 'ben') {
      const [item] = await entityItems(this.#scene, entity, 'ben');
      if (item === undefined) return false;
      await this.#scene.outlookOf('ben').respond(item, response, '', quietSignal);
      return true;
    }
    const [row] = await entityRecords(this.#scene, entity);
    if (row === undefined) return false;
    const parts = {
      database: this.#scene.database,
      leases: { schedule: async () => {} },
      now: this.#scene.clock.now(),
    };
    const meeting = { recordId: row.near.id, systemuserid: seeded.ben };
    await respondToMeeting(parts, meeting, response, '').catch(ignoreRefusal);
    return true;
  }
}

/** What the rules refuse to a person changes nothing. */
function ignoreRefusal(thrown: unknown): void {
  if (!(thrown instanceof MailroomError) || thrown.kind === 'internal') throw thrown;
}

function dateAt(series: SeriesFields, index: number): string {
  const dates = [...seriesDates(series)];
  return dates[index % Math.max(1, dates.length)] ?? series.startDate;
}

const noStamp = { organizationId: '', table: '', recordId: '' };

function note(into: Map<string, Set<string>>, field: string, token: string | undefined): void {
  if (token === undefined) return;
  into.set(field, (into.get(field) ?? new Set()).add(token));
}
