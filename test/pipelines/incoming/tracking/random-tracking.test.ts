import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import type { Connector } from '../../../../src/contracts/connector.ts';
import type { FolderTracker } from '../../../../src/contracts/folder-tracker.ts';
import { seeded } from '../../../support/organisation.ts';
import { faultyDatabase } from '../faulty-database.ts';
import { anna, contact, type ExchangeScene, openScene } from './exchange-scene.ts';

const from = 'Nora Nobody <nora@nowhere.example>';
const folderCount = 3;
const mailCount = 4;
const regardings = [undefined, seeded.carla, seeded.carlo];

/** One thing a person does, or a turn; numbers name folders (0 is the inbox), mails and records. */
type Step =
  | { readonly kind: 'put' | 'move'; readonly mail: number; readonly folder: number }
  | { readonly kind: 'remove'; readonly mail: number }
  | { readonly kind: 'rename'; readonly folder: number }
  | { readonly kind: 'away' | 'back'; readonly folder: number }
  | { readonly kind: 'rule'; readonly folder: number; readonly regarding: number }
  | { readonly kind: 'unrule'; readonly folder: number }
  | { readonly kind: 'turn' };

const mail = fc.nat(mailCount - 1);
const tracked = fc.integer({ min: 1, max: folderCount });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('put' as const), mail, folder: fc.nat(folderCount) }) },
  { weight: 9, arbitrary: fc.record({ kind: fc.constant('move' as const), mail, folder: fc.nat(folderCount) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), mail }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rename' as const), folder: tracked }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('away' as const, 'back' as const), folder: tracked }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('rule' as const), folder: tracked, regarding: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('unrule' as const), folder: tracked }) },
  { weight: 6, arbitrary: fc.constant({ kind: 'turn' as const }) },
);

/** How every play begins, so that something is at stake. */
const opening: readonly Step[] = [
  { kind: 'rule', folder: 1, regarding: 1 },
  { kind: 'rule', folder: 2, regarding: 2 },
  { kind: 'put', mail: 0, folder: 1 },
  { kind: 'put', mail: 1, folder: 2 },
  { kind: 'put', mail: 2, folder: 0 },
  { kind: 'turn' },
];

/** What must be so, told without cursors, claims or slices: at each turn mail in a tracked folder is tracked, about its record. */
class Reference {
  readonly place = new Map<number, number>();
  readonly rules = new Map<number, number>();
  readonly away = new Set<number>();
  readonly emails = new Map<number, string | undefined>();

  turn(): void {
    for (const [one, folder] of this.place) {
      const rule = this.rules.get(folder);
      if (rule === undefined || this.away.has(folder)) continue;
      const said = regardings[rule];
      if (!this.emails.has(one) || said !== undefined) this.emails.set(one, said ?? this.emails.get(one));
    }
  }
}

/** A person's steps on the server and in the reference alike. */
class Play {
  readonly reference = new Reference();
  readonly #scene: ExchangeScene;
  readonly #folders: readonly string[];
  readonly #rules = new Map<number, string>();
  readonly #name: string;

  constructor(scene: ExchangeScene, name: string) {
    this.#scene = scene;
    this.#name = name;
    this.#folders = ['inbox', ...[1, 2, 3].map((at) => scene.folder(anna, `${name} ${at}`))];
  }

  id = (one: number): string => `m${one}.${this.#name}@x.example`;

  async take(one: Exclude<Step, { kind: 'turn' }>): Promise<void> {
    const { reference: known } = this;
    const { mailbox } = this.#scene.exchange.account(anna);
    switch (one.kind) {
      case 'put':
        if (known.place.has(one.mail) || known.emails.has(one.mail)) return;
        this.#scene.put(anna, this.#folders[one.folder] ?? '', { id: this.id(one.mail), from });
        known.place.set(one.mail, one.folder);
        return;
      case 'move':
        if (!known.place.has(one.mail)) return;
        this.#scene.move(anna, this.id(one.mail), this.#folders[one.folder] ?? '');
        known.place.set(one.mail, one.folder);
        return;
      case 'remove':
        for (const item of mailbox.itemsWithMessageId(`<${this.id(one.mail)}>`)) mailbox.removeItem(item);
        known.place.delete(one.mail);
        return;
      case 'rename':
      case 'away':
      case 'back': {
        const folder = mailbox.folders.get(this.#folders[one.folder] ?? '');
        assert.ok(folder);
        if (one.kind === 'rename') {
          folder.name = `${folder.name}'`;
          mailbox.touchFolder(folder);
          return;
        }
        mailbox.moveFolder(folder, mailbox.folderNamed(one.kind === 'away' ? 'msgfolderroot' : 'inbox'));
        if (one.kind === 'away') known.away.add(one.folder);
        else known.away.delete(one.folder);
        return;
      }
      case 'rule':
      case 'unrule': {
        const before = this.#rules.get(one.folder);
        if (before !== undefined) await this.#scene.database.records.delete('mailboxtrackingfolder', before);
        this.#rules.delete(one.folder);
        known.rules.delete(one.folder);
        if (one.kind === 'unrule') return;
        const said = regardings[one.regarding];
        const more = said === undefined ? {} : { regardingobjectid: contact(said) };
        this.#rules.set(one.folder, await this.#scene.rule(anna, this.#folders[one.folder] ?? '', more));
        known.rules.set(one.folder, one.regarding);
      }
    }
  }

  async check(): Promise<void> {
    const emails = await this.#scene.emails();
    const own = emails.filter(({ messageid }) => messageid?.includes(`.${this.#name}@`));
    assert.deepEqual(
      own.map(({ messageid, regardingobjectid }) => [messageid, regardingobjectid?.id]).toSorted(),
      [...this.reference.emails].map(([one, said]) => [this.id(one), said]).toSorted(),
    );
  }

  async end(): Promise<void> {
    for (const rule of this.#rules.values()) await this.#scene.database.records.delete('mailboxtrackingfolder', rule);
    const { mailbox } = this.#scene.exchange.account(anna);
    for (let one = 0; one < mailCount; one += 1) await this.take({ kind: 'remove', mail: one });
    for (const id of this.#folders.slice(1)) {
      const folder = mailbox.folders.get(id);
      if (folder !== undefined) mailbox.removeFolder(folder);
    }
  }
}

describe('folder tracking, whatever people do', () => {
  let scene: ExchangeScene;
  beforeEach(async () => {
    scene = await openScene();
  });
  afterEach(() => scene.close());

  test('FT-07 to FT-16: random moves, renames and rules come to what the reference says', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 25, size: 'max' }), async (steps) => {
        run += 1;
        const play = new Play(scene, `r${run}`);
        for (const one of [...opening, ...steps, { kind: 'turn' as const }]) {
          if (one.kind !== 'turn') await play.take(one);
          else {
            await scene.runAll(anna);
            play.reference.turn();
            await play.check();
          }
        }
        await play.end();
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });

  test('AR-14, IN-30: cut anywhere, by a lost database or line, the repeat comes to the same, with no email twice', async () => {
    let run = 0;
    const cut = fc.record({ transaction: fc.integer({ min: 1, max: 14 }), call: fc.integer({ min: 1, max: 8 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 8, maxLength: 14, size: 'max' }),
        cut,
        async (steps, { transaction, call }) => {
          run += 1;
          const play = new Play(scene, `c${run}`);
          for (const one of [...opening, ...steps, { kind: 'turn' as const }]) {
            if (one.kind !== 'turn') await play.take(one);
            else {
              const database = faultyDatabase(scene.database, { loses: (count) => count === transaction });
              await scene.run(anna, { database, maxItems: 2 });
              await scene.run(anna, { wrap: (connector) => cutting(connector, call), maxItems: 2 });
              await scene.runAll(anna);
              play.reference.turn();
              await play.check();
            }
          }
          await play.end();
        },
      ),
      { numRuns: 15, endOnFailure: true },
    );
  });
});

/** The connector whose line is lost at the given call of its folder tracker, after the server did what was asked. */
function cutting(connector: Connector, at: number): Connector {
  const { folders } = connector;
  if (folders === undefined) return connector;
  let calls = 0;
  const cut = new Proxy(folders, {
    get(target, name: keyof FolderTracker) {
      const method: unknown = target[name];
      if (typeof method !== 'function') return method;
      return (...given: unknown[]) => {
        calls += 1;
        const answer: unknown = method.apply(target, given);
        if (calls !== at) return answer;
        return answer instanceof Promise ? answer.then(() => lose()) : lose();
      };
    },
  });
  return { ...connector, folders: cut };
}

function lose(): never {
  throw new Error('the line is lost');
}
