import type { Clock } from '../../base/clock.ts';
import { asMailroomError, type MailroomError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { createRuledStore, type RuledStore } from '../../rules/ruled-store.ts';
import type { Database } from '../../store/database.ts';
import { catalog } from '../../tables/catalog.ts';
import { CreationState } from '../../tables/choices.ts';
import { createContext } from '../../webapi/api-context.ts';
import { createApiModel } from '../../webapi/api-model.ts';
import type { OrganizationIdentity } from '../../webapi/api-request.ts';
import type { Caller } from '../../webapi/sign-in.ts';
import { type CreationOutcome, runRule } from './run-rule.ts';
import { putOff, readWaitingItems, settleItem, takeItem, type WaitingItem } from './waiting-items.ts';

export interface RecordCreationOptions {
  readonly database: Database;
  /** Undefined when the user is gone or disabled. */
  readonly callerOf: (systemuserid: string) => Promise<Caller | undefined>;
  readonly organization: () => Promise<OrganizationIdentity>;
  readonly onMailboxesTouched: (mailboxids: readonly string[]) => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** Makes records of what comes into queues with a rule (QU-08, QU-09). */
export interface RecordCreation {
  start(): void;
  /** Ends after the running item. */
  stop(): Promise<void>;
  /** Deals with what waits now; returns how many items were looked at. */
  runDue(): Promise<number>;
}

/** Time between two looks, milliseconds. */
const lookMs = 1000;
/** Items of one look. */
const atOnce = 50;

/** Makes the runner; nothing runs before `start` or `runDue`. Safe to run in several processes at once: each item is dealt with once. */
export function createRecordCreation(options: RecordCreationOptions): RecordCreation {
  const { database, clock, log } = options;
  const ending = new AbortController();
  let loop: Promise<void> = Promise.resolve();
  const runDue = async (): Promise<number> => {
    const waiting = await readWaitingItems((text, values) => database.sql(text, values), clock.now(), atOnce);
    for (const item of waiting) {
      if (ending.signal.aborted) break;
      await deal(options, item);
    }
    return waiting.length;
  };
  return {
    runDue,
    start: () => {
      loop = (async () => {
        while (!ending.signal.aborted) {
          const done = await runDue().catch((error: unknown) => {
            log.warn({ err: asMailroomError(error) }, 'creation rules could not run; the next look tries again');
            return 0;
          });
          if (done < atOnce) await clock.sleep(lookMs, ending.signal);
        }
      })();
    },
    stop: async () => {
      ending.abort();
      await loop;
    },
  };
}

async function deal(options: RecordCreationOptions, item: WaitingItem): Promise<void> {
  const { database, clock, log } = options;
  try {
    await attempt(options, item);
  } catch (thrown) {
    const error = asMailroomError(thrown);
    const text = `${error.message} (${error.code})`;
    await database.transaction(async (scope) => {
      if (!(await takeItem(scope, item.id))) return;
      if (mayPass(error) && (await putOff(scope, item, text, clock.now()))) return;
      await settleItem(scope, item.id, { state: CreationState.failed, text });
    });
    log.warn({ queueitemid: item.id, err: error }, 'a creation rule failed; the email stays as it is');
  }
}

/** Trouble of the database passes; a condition or mapping that does not fit does not. */
const mayPass = (error: MailroomError): boolean => error.kind !== 'item' && error.kind !== 'notFound';

async function attempt(options: RecordCreationOptions, item: WaitingItem): Promise<void> {
  const { database } = options;
  const caller = item.ownerId === null ? undefined : await options.callerOf(item.ownerId);
  if (item.ruleId === null || caller === undefined) {
    const text =
      item.ruleId === null
        ? 'The queue has no active rule any more.'
        : "The rule's owner is disabled or no user. Give the rule another owner and put the record into the queue again.";
    const state = item.ruleId === null ? CreationState.notWanted : CreationState.failed;
    await database.transaction(async (scope) => {
      if (await takeItem(scope, item.id)) await settleItem(scope, item.id, { state, text });
    });
    return;
  }
  await storeAs(options, caller).together(async (store) => {
    const isOurs = await store.act(({ scope }) => takeItem(scope, item.id));
    if (!isOurs) return;
    const outcome = await outcomeOf(options, caller, store, item);
    await store.act(({ records }) => settleItem({ records }, item.id, outcome));
  });
}

function storeAs({ database, clock, onMailboxesTouched }: RecordCreationOptions, caller: Caller): RuledStore {
  return createRuledStore({ database, caller, clock, onMailboxesTouched });
}

async function outcomeOf(
  options: RecordCreationOptions,
  caller: Caller,
  store: RuledStore,
  item: WaitingItem,
): Promise<CreationOutcome> {
  const { clock, log } = options;
  const ruleId = item.ruleId ?? '';
  const { rule, items } = await store.act(async ({ records }) => ({
    rule: await records.retrieve('mr_creationrule', ruleId),
    items: await records.retrieveMultiple({
      table: 'mr_creationruleitem',
      filter: { column: 'mr_creationruleid', operator: 'eq', value: ruleId },
      orderBy: [{ column: 'mr_order' }, { column: 'createdon' }],
    }),
  }));
  const api = createContext(
    { storeFor: () => store, actions: {}, log, clock, organization: options.organization },
    createApiModel(catalog),
    caller,
    { headers: { prefer: 'odata.include-annotations="*"' } },
    '/api/data/v9.2/',
  );
  return runRule({ store, api, rule: rule ?? {}, items: items.rows, source: item.source, now: clock.now() });
}
