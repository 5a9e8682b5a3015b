import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { LookOutcome } from '../../../src/connectors/imap/idle-line.ts';
import { KeptInbox } from '../../../src/connectors/imap/kept-inbox.ts';
import { accountOf, KeptInboxes } from '../../../src/connectors/imap/kept-inboxes.ts';
import { restingConnector } from '../../../src/connectors/imap/resting-connector.ts';
import type { Connector, Endpoint } from '../../../src/contracts/connector.ts';
import type { MailHandlePage } from '../../../src/contracts/mail-retriever.ts';
import { type HeldClock, heldClock } from '../../support/clock.ts';

const quiet = new AbortController().signal;
const minute = 60_000;

/** An inbox whose line was opened just now, and whose server always answers. */
function keptInbox(clock: HeldClock, look: () => Promise<boolean> = async () => true) {
  const inbox = new KeptInbox(clock, look);
  return { inbox, list: (cursor: string | null) => inbox.beginListing()(cursor) };
}

describe('an inbox of which a line tells each change', () => {
  test('SC-05: what was listed after a minute of silence is not listed again, for an hour', async () => {
    const clock = heldClock();
    const { inbox, list } = keptInbox(clock);
    list('7');
    assert.equal(await inbox.isAsListed('7'), false, 'the line was opened a moment ago');
    await clock.advance(minute);
    assert.equal(await inbox.isAsListed('7'), false, 'nothing was listed since');
    list('7');
    assert.equal(await inbox.isAsListed('7'), true);
    assert.equal(await inbox.isAsListed('6'), false, 'another cursor');
    assert.equal(await inbox.isAsListed(null), false, 'everything is asked for');
    await clock.advance(60 * minute);
    assert.equal(await inbox.isAsListed('7'), true);
    await clock.advance(1);
    assert.equal(await inbox.isAsListed('7'), false, 'an hour ago');
  });

  test('a change ends it: before the question, during the answer, and during the listing', async () => {
    const clock = heldClock();
    let found = false;
    const { inbox, list } = keptInbox(clock, async () => {
      if (found) inbox.noteChange();
      return true;
    });
    const settle = async (): Promise<void> => {
      await clock.advance(minute);
      list('7');
      assert.equal(await inbox.isAsListed('7'), true);
    };
    await settle();
    inbox.noteChange();
    assert.equal(await inbox.isAsListed('7'), false);
    await settle();
    found = true;
    assert.equal(await inbox.isAsListed('7'), false);
    found = false;
    await clock.advance(minute);
    const listed = inbox.beginListing();
    inbox.noteChange();
    listed('7');
    assert.equal(await inbox.isAsListed('7'), false);
  });

  test('a line that does not answer, and a clock set back, are a no', async () => {
    const clock = heldClock();
    let answers = false;
    const { inbox, list } = keptInbox(clock, async () => answers);
    await clock.advance(minute);
    list('7');
    assert.equal(await inbox.isAsListed('7'), false);
    answers = true;
    assert.equal(await inbox.isAsListed('7'), true);
    const back = heldClock(new Date(0));
    let now: HeldClock = clock;
    const turned = new KeptInbox({ ...clock, now: () => now.now() }, async () => true);
    await clock.advance(minute);
    turned.beginListing()('7');
    now = back;
    assert.equal(await turned.isAsListed('7'), false);
  });

  test('another password, user, server or folder is another inbox; a line that ended leaves one that was opened after it', () => {
    const inboxes = new KeptInboxes(heldClock());
    const endpoint: Endpoint = {
      host: 'imap.example',
      port: 993,
      security: 'tls',
      signIn: { kind: 'password', username: 'ada', password: 'one' },
      timeoutMs: 1000,
      maxMessageBytes: 1000,
    };
    const first = inboxes.keep(accountOf(endpoint), 'imap.example:993', async () => 'done');
    assert.equal(inboxes.of({ ...endpoint, timeoutMs: 2000 }), first);
    for (const other of [
      { ...endpoint, host: 'other.example' },
      { ...endpoint, port: 143 },
      { ...endpoint, security: 'starttls' as const },
      { ...endpoint, inbox: 'shared/support' },
      { ...endpoint, caPem: 'another' },
      { ...endpoint, signIn: { kind: 'password' as const, username: 'ada', password: 'two' } },
      { ...endpoint, signIn: { kind: 'password' as const, username: 'bob', password: 'one' } },
    ])
      assert.equal(inboxes.of(other), undefined);
    const second = inboxes.keep(accountOf(endpoint), 'imap.example:993', async () => 'done');
    inboxes.forget(accountOf(endpoint), first);
    assert.equal(inboxes.of(endpoint), second);
    inboxes.forget(accountOf(endpoint), second);
    assert.equal(inboxes.of(endpoint), undefined);
    assert.ok(!accountOf(endpoint).includes('one'));
  });
});

test('a server that was asked on a line in vain is asked on none for an hour, other servers are', async () => {
  const clock = heldClock();
  const inboxes = new KeptInboxes(clock);
  const outcomes: LookOutcome[] = [];
  let looks = 0;
  const keep = (server: string): KeptInbox =>
    inboxes.keep(server, server, async () => {
      looks += 1;
      return outcomes.shift() ?? 'done';
    });
  const [one, other] = [keep('one.example:993'), keep('other.example:993')];
  const settle = async (): Promise<void> => {
    await clock.advance(minute);
    for (const inbox of [one, other]) inbox.beginListing()('7');
  };
  await settle();
  outcomes.push('none', 'done', 'failed');
  assert.deepEqual(
    [await one.isAsListed('7'), await one.isAsListed('7'), await one.isAsListed('7')],
    [false, true, false],
  );
  assert.deepEqual([await one.isAsListed('7'), await other.isAsListed('7'), looks], [false, true, 4]);
  await clock.advance(59 * minute);
  await settle();
  assert.equal(await one.isAsListed('7'), true);
});

/** What may happen to an inbox and to who reads it. */
type Step =
  | { readonly kind: 'deliver' | 'tell' | 'turn' | 'crash' | 'reopen' | 'mute' | 'refuse' }
  | { readonly kind: 'wait'; readonly ms: number };

const waits = fc.oneof(fc.integer({ min: 0, max: minute }), fc.integer({ min: 0, max: 50 * minute }));

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Step>({ kind: 'deliver' }) },
  { weight: 2, arbitrary: fc.constant<Step>({ kind: 'tell' }) },
  { weight: 6, arbitrary: fc.constant<Step>({ kind: 'turn' }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Step>({ kind: 'crash' }, { kind: 'reopen' }, { kind: 'mute' }, { kind: 'refuse' }),
  },
  { weight: 4, arbitrary: waits.map((ms): Step => ({ kind: 'wait', ms })) },
);

/**
 * A server whose line tells of mail late, and whose other connections see it up to `lagMs` after it came (several machines behind one name).
 */
class LaggingServer {
  readonly clock = heldClock();
  readonly #arrivals: number[] = [];
  readonly #lagMs: number;
  #told = 0;
  answers = true;
  refuses = false;
  opened = 0;

  constructor(lagMs: number) {
    this.#lagMs = lagMs;
  }

  get count(): number {
    return this.#arrivals.length;
  }

  deliver(): void {
    this.#arrivals.push(this.clock.now().getTime());
  }

  /** The line tells what it has not told. */
  tell(inbox: KeptInbox): void {
    for (; this.#told < this.count; this.#told += 1) inbox.noteChange();
  }

  /** A line opened now tells of what comes from now on. */
  keep(): KeptInbox {
    this.#told = this.count;
    const inbox: KeptInbox = new KeptInbox(this.clock, async () => {
      if (this.answers) this.tell(inbox);
      return this.answers;
    });
    return inbox;
  }

  async open(): Promise<Connector> {
    if (this.refuses) throw new Error('the server refuses');
    this.opened += 1;
    const seen = this.#arrivals.filter((at) => at + this.#lagMs <= this.clock.now().getTime()).length;
    const list = async function* (cursor: string | null): AsyncGenerator<MailHandlePage> {
      const known = Number(cursor ?? 0);
      if (known === seen) return;
      const handles = Array.from({ length: seen - known }, (_, index) => ({ serverId: String(known + index + 1) }));
      yield { handles, cursor: String(seen), complete: false };
    };
    return {
      retriever: { list, fetch: async function* () {}, settle: async () => undefined },
      steps: [],
      close: async () => undefined,
      abort: () => undefined,
    };
  }
}

describe('turns that ask on the line', () => {
  test('IN-06, SC-05: in any order of events no message stays unread beyond the turn that follows its first minute', async () => {
    let rested = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 60 }),
        fc.integer({ min: 0, max: minute }),
        async (steps, lagMs) => {
          const server = new LaggingServer(lagMs);
          let inbox = server.keep();
          let cursor: string | null = null;
          const read = new Set<string>();
          const turn = async (crashes: boolean): Promise<void> => {
            const connector = restingConnector(inbox, () => server.open());
            assert.ok(connector.retriever);
            try {
              for await (const page of connector.retriever.list(cursor, quiet)) {
                if (crashes) return;
                for (const { serverId } of page.handles) {
                  assert.ok(!read.has(serverId), `message ${serverId} was read twice`);
                  read.add(serverId);
                }
                cursor = page.cursor;
              }
              await connector.close();
            } catch (thrown) {
              connector.abort();
              assert.ok(server.refuses, String(thrown));
            }
          };
          for (const next of steps) {
            if (next.kind === 'deliver') server.deliver();
            else if (next.kind === 'tell') server.tell(inbox);
            else if (next.kind === 'reopen') inbox = server.keep();
            else if (next.kind === 'mute') server.answers = !server.answers;
            else if (next.kind === 'refuse') server.refuses = !server.refuses;
            else if (next.kind === 'wait') await server.clock.advance(next.ms);
            else {
              const before = server.opened;
              await turn(next.kind === 'crash');
              if (server.opened === before && !server.refuses) rested += 1;
            }
          }
          server.refuses = false;
          await server.clock.advance(minute);
          await turn(false);
          assert.equal(read.size, server.count);
        },
      ),
      { numRuns: 500 },
    );
    assert.ok(rested > 100, `only ${rested} turns rested`);
  });

  test('what else is asked opens one connection, which is closed with it; a resting turn closes nothing', async () => {
    const clock = heldClock();
    const { inbox, list } = keptInbox(clock);
    await clock.advance(minute);
    list('7');
    const done: string[] = [];
    const real: Connector = {
      retriever: {
        list: async function* () {},
        fetch: async function* (handles) {
          done.push(`fetch ${handles.length}`);
          yield* handles.map((handle) => ({ handle, raw: Buffer.from('x') }));
        },
        settle: async (_handles, settlement) => void done.push(`settle ${String(settlement)}`),
      },
      folders: {
        folders: async () => {
          done.push('folders');
          return { state: '1', folders: [] };
        },
        changes: async function* () {
          done.push('changes');
          yield { items: [], goneIds: [], cursor: '1', startsAnew: false };
        },
        fetch: async function* () {},
        mark: async (changes) => {
          done.push(`mark ${changes.length}`);
          return changes.map(() => 'done' as const);
        },
      },
      steps: [],
      close: async () => void done.push('close'),
      abort: () => void done.push('abort'),
    };
    const open = async (): Promise<Connector> => {
      done.push('open');
      return real;
    };
    const resting = restingConnector(inbox, open);
    for await (const page of resting.retriever?.list('7', quiet) ?? []) assert.fail(`a page: ${page.cursor}`);
    await resting.close();
    resting.abort();
    assert.deepEqual(done, []);

    const busy = restingConnector(inbox, open);
    for await (const _ of busy.retriever?.fetch([{ serverId: '1' }], quiet) ?? []);
    await busy.retriever?.settle([{ serverId: '1' }], 'delete', quiet);
    await busy.folders?.folders(undefined, quiet);
    for await (const _ of busy.folders?.changes('a', null, quiet) ?? []);
    await busy.folders?.mark?.([{ serverId: '1', category: 'c', isOn: true }], quiet);
    await busy.close();
    assert.deepEqual(done, ['open', 'fetch 1', 'settle delete', 'folders', 'changes', 'mark 1', 'close']);
  });
});
