import assert from 'node:assert/strict';
import type { ActItem } from '../../src/contracts/act-item.ts';
import { type ActUser, Direction, type NearRecord } from '../../src/pipelines/synchronization/act-type.ts';
import { isSameValue } from '../../src/pipelines/synchronization/same-value.ts';
import { readOrganizationSettings } from '../../src/store/organization-settings.ts';
import { catalog } from '../../src/tables/catalog.ts';
import { type ActPerson, type ActScene, quietSignal } from '../support/act-scene.ts';
import { seeded } from '../support/organisation.ts';
import { type Kind, kinds } from './act-history-kinds.ts';

/** Everything that users did to one record and its items, by the name that it has everywhere. */
export interface Entity {
  readonly kind: Kind;
  readonly name: string;
  /** Words of values that a user wrote, by field, and of those that a user saw and wrote over. */
  readonly written: Map<string, Set<string>>;
  readonly replaced: Map<string, Set<string>>;
  wasDeleted: boolean;
  /** Both sides were tied when it was deleted: nothing of it may come back. */
  wasLinkedWhenDeleted: boolean;
  /** How often at most its attendee may be invited or told of a change, and told that something is off; answers given. */
  told: number;
  calledOff: number;
  /** Edits of the pattern of a series. */
  patterns: number;
  answers: number;
}

/** A record in the form of its map, and its row. */
export interface EntityRecord {
  readonly near: NearRecord;
  readonly row: Readonly<Record<string, unknown>>;
}

const people = ['anna', 'ben'] as const;

async function userOf(scene: ActScene, who: ActPerson): Promise<ActUser> {
  return {
    systemuserid: seeded[who],
    address: `${who}@ours.example`,
    timeZone: 'UTC',
    settings: await readOrganizationSettings(scene.database.records),
    synchronizesCompany: false,
    startsFrom: undefined,
    now: scene.clock.now(),
  };
}

/** The records of this name. */
export async function entityRecords(scene: ActScene, entity: Entity): Promise<readonly EntityRecord[]> {
  const { type, nameColumn } = kinds[entity.kind];
  const page = await scene.database.records.retrieveMultiple({
    table: entity.kind as 'task',
    filter: { column: nameColumn as 'subject', operator: 'eq', value: entity.name },
  });
  const rows = new Map(
    page.rows.map((row) => {
      const values: Readonly<Record<string, unknown>> = row;
      return [String(values[catalog[entity.kind].primaryId]), values] as const;
    }),
  );
  const near = await type.read(scene.database.records, [...rows.keys()], await userOf(scene, 'anna'));
  return near.map((one) => ({ near: one, row: rows.get(one.id) ?? {} }));
}

/** The items of this name in a person's folder, in the form of the map. */
export async function entityItems(
  scene: ActScene,
  { kind, name }: Entity,
  who: ActPerson,
): Promise<readonly ActItem[]> {
  const { folder, itemKind, type } = kinds[kind];
  const { mailbox } = scene.server.account(`${who}@ours.example`);
  // A contact's name is no subject: all are read.
  const all = [...mailbox.folderNamed(folder).byArrival];
  const named = kind === 'contact' ? all : all.filter(({ subject }) => subject === name);
  const ids = named.map((item) => item.id);
  const found = ids.length === 0 ? [] : await scene.outlookOf(who).get(folder, ids, quietSignal);
  return found
    .flatMap((one) => ('item' in one && one.item.kind === itemKind && one.item.title === name ? [one.item] : []))
    .map((item) => ({ ...item, fields: type.normalize(item.fields) }));
}

/** Whether, after quiet, both sides agree, nothing is double, lost unseen or back from the dead, and nobody got mail without reason. */
export async function checkHistory(scene: ActScene, entities: readonly Entity[]): Promise<void> {
  const conflicts = await lostWords(scene);
  for (const who of people) await checkLinks(scene, who);
  for (const entity of entities) {
    await checkEntity(scene, entity, conflicts);
    checkMail(scene, entity);
  }
}

async function checkEntity(scene: ActScene, entity: Entity, conflicts: string): Promise<void> {
  const records = await entityRecords(scene, entity);
  assert.ok(records.length <= 1, `${entity.name} is there ${records.length} times`);
  const places = records.map(({ near }) => near.fields);
  for (const who of people) {
    const items = await entityItems(scene, entity, who);
    assert.ok(items.length <= 1, `${entity.name} is in ${who}'s mailbox ${items.length} times`);
    places.push(...items.map((item) => item.fields));
    const isBack = entity.wasLinkedWhenDeleted && kinds[entity.kind].isMeeting && who === 'anna';
    if (isBack) assert.equal(items.length + records.length, 0, `${entity.name} was deleted and came back`);
  }
  if (entity.wasDeleted) return;
  for (const { field, tokenOf } of kinds[entity.kind].edits) {
    for (const word of entity.written.get(field) ?? []) {
      const isSomewhere = places.some((fields) => tokenOf(fields[field]) === word);
      const isAccountedFor = isSomewhere || entity.replaced.get(field)?.has(word) || conflicts.includes(`"${word}"`);
      assert.ok(isAccountedFor, `${entity.name}: ${field} "${word}" was lost unseen`);
    }
  }
}

/** No invitation, update or cancellation beyond what was done, no answer beyond those given (AA-06, AA-16, AA-17). */
function checkMail(scene: ActScene, { kind, name, told, calledOff, answers }: Entity): void {
  if (!kinds[kind].isMeeting) return;
  const count = (who: ActPerson, itemKind: string): number =>
    [...scene.server.account(`${who}@ours.example`).mailbox.items.values()].filter(
      (item) => item.kind === itemKind && new RegExp(`(^|: )${name}$`).test(item.subject),
    ).length;
  const [invited, cancelled, answered] = [
    count('ben', 'MeetingRequest'),
    count('ben', 'MeetingCancellation'),
    count('anna', 'MeetingResponse'),
  ];
  assert.ok(invited <= told, `${name}: ben was told ${invited} times of ${told} changes`);
  assert.ok(cancelled <= calledOff, `${name}: ben got ${cancelled} cancellations for ${calledOff} deletions`);
  assert.ok(answered <= answers, `${name}: anna got ${answered} answers for ${answers} given`);
}

/** Whatever is linked exists on both sides and is equal, field by field; nothing is under way. */
async function checkLinks(scene: ActScene, who: ActPerson): Promise<void> {
  const asking = await userOf(scene, who);
  for (const link of await scene.links(who)) {
    if (link.mr_linkstate !== 100000000) {
      const words = `a link of ${who} is still under way (${link.mr_linkstate}): ${link.itemsubject} ${link.lastsyncerror}`;
      assert.ok((link.mr_linkstate ?? 0) >= 100000003, words);
      continue;
    }
    const kind = (Object.keys(kinds) as Kind[]).find((one) => catalog[one].objectTypeCode === link.objecttypecode);
    assert.ok(kind, `${link.objecttypecode}`);
    const { type, folder } = kinds[kind];
    const [near] = await type.read(scene.database.records, [link.objectid ?? ''], asking);
    const [found] = await scene.outlookOf(who).get(folder, [link.exchangeentryid ?? ''], quietSignal);
    assert.ok(near !== undefined, `${who}: the record of "${link.itemsubject}" is gone, the link is not`);
    assert.ok(
      found !== undefined && 'item' in found,
      `${who}: the item of "${link.itemsubject}" is gone, the link is not`,
    );
    const item = type.normalize(found.item.fields);
    const isAttendee = near.facts.isOrganizer === false;
    for (const field of type.fields) {
      if (field.direction !== Direction.both || !type.isActive(field, asking)) continue;
      // What an attendee shows in the own calendar, and who else comes, is told by nobody.
      if (isAttendee && !['subject', 'location', 'time', 'recurrence'].includes(field.name)) continue;
      const [here, there] = [near.fields[field.name], item[field.name]];
      const words = `${who}: ${link.itemsubject}.${field.name}: ${JSON.stringify(here)} here, ${JSON.stringify(there)} there`;
      assert.ok(isSameValue(here, there), words);
    }
  }
}

/** Everything that was recorded as having given way in a conflict. */
async function lostWords(scene: ActScene): Promise<string> {
  const rows = await scene.database.records.retrieveMultiple({
    table: 'syncerror',
    columns: ['errordetail', 'errortype'],
  });
  const texts = rows.rows.filter(({ errortype }) => errortype === 0).map(({ errordetail }) => errordetail ?? '');
  // The length of an occurrence is the word of a pattern.
  return texts.join('\n').replace(/"durationMinutes":(\d+)/g, '"minutes $1"');
}
