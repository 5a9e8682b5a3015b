import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MailroomError } from '../../src/base/errors.ts';
import type { FieldValue } from '../../src/contracts/act-fields.ts';
import type { ActItem } from '../../src/contracts/act-item.ts';
import type { ActPort } from '../../src/contracts/act-port.ts';
import type { Database } from '../../src/store/database.ts';
import {
  type ActPerson,
  type ActScene,
  type ActWraps,
  addFilter,
  openActScene,
  quietSignal,
} from '../support/act-scene.ts';
import { seeded } from '../support/organisation.ts';

/** Kinds of records whose histories are played; each has a text that names the record and fields that are edited. */
const kinds = {
  contact: {
    folder: 'contacts',
    itemKind: 'contact',
    fields: { jobtitle: 'jobtitle', department: 'department', nickname: 'nickname', notes: 'description' },
  },
  task: { folder: 'tasks', itemKind: 'task', fields: { notes: 'description' } },
} as const;
type Kind = keyof typeof kinds;

/** One thing that happens. `at` and `field` pick among what there is. */
export type Step =
  | { readonly do: 'create'; readonly kind: Kind; readonly by: ActPerson | 'record' }
  | {
      readonly do: 'edit';
      readonly kind: Kind;
      readonly at: number;
      readonly field: number;
      readonly by: ActPerson | 'record';
    }
  | { readonly do: 'delete'; readonly kind: Kind; readonly at: number; readonly by: ActPerson | 'record' }
  | { readonly do: 'reassign'; readonly at: number; readonly to: ActPerson }
  | {
      readonly do: 'turn';
      readonly of: ActPerson;
      readonly fault: 'none' | 'crash' | 'crashAfter' | 'busy' | 'lost';
      readonly after: number;
      readonly maxItems: number;
    };

const person = fc.constantFrom<ActPerson>('anna', 'ben');
const place = fc.constantFrom<ActPerson | 'record'>('record', 'record', 'anna', 'ben');
const kind = fc.constantFrom<Kind>('contact', 'contact', 'task');
const at = fc.nat({ max: 5 });

/** Random steps: edits of both sides, turns, and what goes wrong in them. */
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('create' as const), kind, by: place }) },
  {
    weight: 9,
    arbitrary: fc.record({ do: fc.constant('edit' as const), kind, at, field: fc.nat({ max: 3 }), by: place }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), kind, at, by: place }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reassign' as const), at, to: person }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('turn' as const),
      of: person,
      fault: fc.constantFrom(
        'none' as const,
        'crash' as const,
        'crashAfter' as const,
        'busy' as const,
        'lost' as const,
      ),
      after: fc.nat({ max: 12 }),
      maxItems: fc.constantFrom(1, 3, 1000),
    }),
  },
);

/** Everything that users did to one record and its items, by the name that it has everywhere. */
interface Entity {
  readonly kind: Kind;
  readonly name: string;
  /** Values that a user wrote, by field, and those that a user saw and wrote over. */
  readonly written: Map<string, Set<string>>;
  readonly replaced: Map<string, Set<string>>;
  wasDeleted: boolean;
}

/** Plays steps on a scene of its own and checks at the end that both sides agree and nothing was lost unseen. */
export async function playHistory(steps: readonly Step[]): Promise<void> {
  const scene = await openActScene();
  try {
    await scene.database.records.update('organization', seeded.organization, {
      orgdborgsettings:
        '<OrgSettings><mr_ActMostDeletions>100000</mr_ActMostDeletions><mr_ActMostDeletionPercent>100</mr_ActMostDeletionPercent></OrgSettings>',
    });
    await addFilter(scene, 'anna', 'contact');
    await addFilter(scene, 'anna', 'task');
    await addFilter(scene, 'ben', 'contact', everyContact);
    const history = new History(scene);
    for (const step of steps) await history.play(step);
    await history.rest();
    await history.check();
  } finally {
    await scene.close();
  }
}

const everyContact =
  '<fetch><entity name="contact"><filter><condition attribute="statecode" operator="eq" value="0"/></filter></entity></fetch>';

class History {
  readonly #scene: ActScene;
  readonly #entities: Entity[] = [];
  #serial = 0;

  constructor(scene: ActScene) {
    this.#scene = scene;
  }

  async play(step: Step): Promise<void> {
    await this.#scene.clock.advance(1000);
    switch (step.do) {
      case 'create':
        return this.#create(step.kind, step.by);
      case 'edit':
        return this.#edit(step);
      case 'delete':
        return this.#delete(step);
      case 'reassign': {
        const entity = this.#pick('contact', step.at);
        const row = entity && (await this.#record(entity));
        if (row === undefined) return;
        const ownerid = { table: 'systemuser', id: step.to === 'anna' ? seeded.anna : seeded.ben };
        await this.#scene.database.records.update('contact', row.id, { ownerid });
        return;
      }
      case 'turn':
        await this.#scene.turn(step.of, wrapsFor(step));
    }
  }

  /** Turns without trouble until nothing happens any more. */
  async rest(): Promise<void> {
    for (let round = 0; round < 3; round += 1) {
      await this.#scene.clock.advance(2 * 86_400_000);
      await this.#scene.settle('anna', 'ben');
    }
  }

  async check(): Promise<void> {
    const conflicts = await this.#lostValues();
    for (const who of ['anna', 'ben'] as const) await this.#checkLinks(who);
    for (const entity of this.#entities) {
      const records = await this.#records(entity);
      assert.ok(records.length <= 1, `${entity.name} is there ${records.length} times`);
      const places: ReadonlyMap<string, unknown>[] = records.map((row) => new Map(Object.entries(row.fields)));
      for (const who of ['anna', 'ben'] as const) {
        const items = await this.#items(entity, who);
        assert.ok(items.length <= 1, `${entity.name} is in ${who}'s mailbox ${items.length} times`);
        places.push(...items.map((item) => new Map(Object.entries(item.fields))));
      }
      if (entity.wasDeleted) continue;
      for (const [field, values] of entity.written) {
        for (const value of values) {
          const isSomewhere = places.some((one) => one.get(field) === value);
          const isAccountedFor = isSomewhere || entity.replaced.get(field)?.has(value) || conflicts.has(value);
          assert.ok(isAccountedFor, `${entity.name}: ${field} "${value}" was lost unseen`);
        }
      }
    }
  }

  /** Whatever is linked exists on both sides and is equal, field by field. */
  async #checkLinks(who: ActPerson): Promise<void> {
    for (const link of await this.#scene.links(who)) {
      if (link.mr_linkstate !== 100000000) {
        assert.ok(
          (link.mr_linkstate ?? 0) >= 100000003,
          `a link of ${who} is still under way (${link.mr_linkstate}): ${link.itemsubject} ${link.lastsyncerror}`,
        );
        continue;
      }
      const kindOfLink: Kind = link.mr_foldername === 'tasks' ? 'task' : 'contact';
      const table = kindOfLink;
      const row = await this.#scene.database.records.retrieve(table, link.objectid ?? '');
      const [found] = await this.#scene
        .outlookOf(who)
        .get(kinds[kindOfLink].folder, [link.exchangeentryid ?? ''], quietSignal);
      assert.ok(row !== undefined, `${who}: the record of "${link.itemsubject}" is gone, the link is not`);
      assert.ok(
        found !== undefined && 'item' in found,
        `${who}: the item of "${link.itemsubject}" is gone, the link is not`,
      );
      const values: Readonly<Record<string, unknown>> = row;
      for (const [field, column] of Object.entries(kinds[kindOfLink].fields)) {
        assert.equal(found.item.fields[field] ?? null, values[column] ?? null, `${who}: ${link.itemsubject}.${field}`);
      }
    }
  }

  async #lostValues(): Promise<ReadonlySet<string>> {
    const lost = new Set<string>();
    const alerts = await this.#scene.database.records.retrieveMultiple({ table: 'tracelog' });
    const texts = alerts.rows.map((row) => row.errordetails ?? '');
    for (const who of ['anna', 'ben'] as const)
      texts.push(...(await this.#scene.links(who)).map((link) => link.mr_lastconflict ?? ''));
    for (const text of texts) for (const match of text.matchAll(/v\d+/g)) lost.add(match[0]);
    return lost;
  }

  #pick(kindWanted: Kind, index: number): Entity | undefined {
    const some = this.#entities.filter((entity) => entity.kind === kindWanted && !entity.wasDeleted);
    return some[index % Math.max(1, some.length)];
  }

  async #create(kindWanted: Kind, by: ActPerson | 'record'): Promise<void> {
    this.#serial += 1;
    const name = `N${this.#serial}`;
    this.#entities.push({ kind: kindWanted, name, written: new Map(), replaced: new Map(), wasDeleted: false });
    if (by !== 'record') {
      if (kindWanted === 'task' && by === 'ben') return;
      await this.#createItem(kindWanted, name, by);
      return;
    }
    const ownerid = { table: 'systemuser', id: seeded.anna };
    if (kindWanted === 'contact') await this.#scene.storeOf('anna').create('contact', { lastname: name, ownerid });
    else await this.#scene.storeOf('anna').create('task', { subject: name, ownerid });
  }

  /** The user makes an item and tracks it. */
  async #createItem(kindWanted: Kind, name: string, by: ActPerson): Promise<void> {
    const fields: Record<string, FieldValue> =
      kindWanted === 'contact'
        ? { fullname: { first: null, middle: null, last: name, title: null, suffix: null } }
        : { subject: name, status: 'NotStarted', percentcomplete: 0 };
    const { folder, itemKind } = kinds[kindWanted];
    const made = await this.#scene
      .outlookOf(by)
      .create({ folder, kind: itemKind, fields, stamp: noStamp, notify: 'nobody', remindOn: null }, quietSignal);
    this.#scene.track(by, made.id, true);
  }

  async #edit(step: Extract<Step, { do: 'edit' }>): Promise<void> {
    const entity = this.#pick(step.kind, step.at);
    if (entity === undefined) return;
    this.#serial += 1;
    const value = `v${this.#serial}`;
    const fields = Object.entries(kinds[step.kind].fields);
    const [field, column] = fields[step.field % fields.length] as [string, string];
    if (step.by === 'record') {
      const row = await this.#record(entity);
      if (row === undefined) return;
      note(entity.replaced, field, row.fields[field]);
      await this.#scene.database.records.as(seeded.anna).update(step.kind, row.id, { [column]: value });
    } else {
      const [item] = await this.#items(entity, step.by);
      if (item === undefined) return;
      note(entity.replaced, field, item.fields[field]);
      const change = { kind: item.kind, fields: { [field]: value }, notify: 'nobody' as const };
      await this.#scene.outlookOf(step.by).update(item, change, quietSignal);
    }
    note(entity.written, field, value);
  }

  async #delete(step: Extract<Step, { do: 'delete' }>): Promise<void> {
    const entity = this.#pick(step.kind, step.at);
    if (entity === undefined) return;
    if (step.by === 'record') {
      const row = await this.#record(entity);
      if (row === undefined) return;
      entity.wasDeleted = true;
      await this.#scene.database.records.delete(step.kind, row.id);
      return;
    }
    const [item] = await this.#items(entity, step.by);
    if (item === undefined) return;
    entity.wasDeleted = true;
    await this.#scene.outlookOf(step.by).remove(item, 'nobody', quietSignal);
  }

  async #record(entity: Entity) {
    return (await this.#records(entity))[0];
  }

  async #records({ kind: table, name }: Entity) {
    const column = table === 'contact' ? 'lastname' : 'subject';
    const page = await this.#scene.database.records.retrieveMultiple({
      table: table as 'contact',
      filter: { column, operator: 'eq', value: name },
    });
    return page.rows.map((row) => {
      const values: Readonly<Record<string, unknown>> = row;
      const fields = Object.entries(kinds[table].fields).map(([field, from]) => [field, values[from] ?? null] as const);
      const id = String(values[table === 'contact' ? 'contactid' : 'activityid']);
      return { id, fields: Object.fromEntries(fields) as Record<string, unknown> };
    });
  }

  async #items({ kind: kindWanted, name }: Entity, who: ActPerson): Promise<readonly ActItem[]> {
    const items = await this.#scene.items(who, kinds[kindWanted].folder);
    return items.filter((item) => item.title === name);
  }
}

const noStamp = { organizationId: '', table: '', recordId: '' };

function note(into: Map<string, Set<string>>, field: string, value: unknown): void {
  if (typeof value !== 'string') return;
  into.set(field, (into.get(field) ?? new Set()).add(value));
}

/** What goes wrong in a turn: after so many calls the process dies, the server is busy, or an answer is lost. */
function wrapsFor(step: Extract<Step, { do: 'turn' }>): ActWraps {
  const fuse = new Fuse(step.fault, step.after);
  return {
    maxItems: step.maxItems,
    database: (database): Database => ({
      ...database,
      transaction: (work) => fuse.around(() => database.transaction(work), 'store'),
    }),
    port: (port) => new Proxy(port, { get: (target, name) => wrapped(target, name as keyof ActPort, fuse) }),
  };
}

function wrapped(port: ActPort, name: keyof ActPort, fuse: Fuse): unknown {
  const method = port[name] as (...args: unknown[]) => Promise<unknown>;
  return (...args: unknown[]) => fuse.around(() => method.apply(port, args), 'server');
}

class Fuse {
  readonly #fault: Extract<Step, { do: 'turn' }>['fault'];
  #left: number;
  #isDead = false;

  constructor(fault: Extract<Step, { do: 'turn' }>['fault'], after: number) {
    this.#fault = fault;
    this.#left = after;
  }

  async around<T>(call: () => Promise<T>, side: 'store' | 'server'): Promise<T> {
    if (this.#isDead) throw trouble('the process is dead', false);
    if (this.#fault === 'none' || this.#left > 0) {
      this.#left -= 1;
      return call();
    }
    if (this.#fault === 'crash') {
      this.#isDead = true;
      throw trouble('the process dies', false);
    }
    if (this.#fault === 'crashAfter') {
      this.#isDead = true;
      await call();
      throw trouble('the process dies', true);
    }
    if (side === 'store') return call();
    this.#left = Number.POSITIVE_INFINITY;
    if (this.#fault === 'busy') throw trouble('the server is busy', false);
    await call();
    throw trouble('the answer is lost', true);
  }
}

const trouble = (message: string, uncertain: boolean): MailroomError =>
  new MailroomError(message, { code: 'mr_TestTrouble', kind: 'transient', uncertain });
