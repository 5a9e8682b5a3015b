import { asMailroomError } from '../base/errors.ts';
import type { RunTurn, TurnContext, TurnOutcome } from '../pipelines/turn.ts';
import type { Filter } from '../store/record-store.ts';

/** Rows of one kind that a turn tells, at most. */
const mostRows = 1000;

/**
 * The same pipeline, telling each turn in full in the log of the service while the mailbox has `verboseloggingenabled` above 0 (MO-09):
 * how it begins, each way that is opened to the server with its steps, what was decided about each item, and how it ended; then one is
 * counted off. Other mailboxes run as they are. Throws what the pipeline throws.
 */
export function verboseTurn(run: RunTurn): RunTurn {
  return (context) => ((context.mailbox.verboseloggingenabled ?? 0) > 0 ? tellTurn(context, run) : run(context));
}

async function tellTurn(context: TurnContext, run: RunTurn): Promise<TurnOutcome> {
  const { clock, log, mailbox, lease } = context;
  const startedOn = clock.now();
  const left = (mailbox.verboseloggingenabled ?? 1) - 1;
  log.info({ ...beginning(context), verboseTurnsLeft: left }, 'verbose: turn begins');
  try {
    const outcome = await run({ ...context, connect: (direction, signal) => tellConnect(context, direction, signal) });
    for (const item of await itemsSince(context, startedOn)) log.info(item, 'verbose: item');
    const { error, ...counts } = outcome;
    const tookMs = clock.now().getTime() - startedOn.getTime();
    log.info({ ...counts, ...wordsOf(error), tookMs }, 'verbose: turn ended');
    return outcome;
  } finally {
    // Whoever has set another number meanwhile has the last word.
    const unchanged: Filter = {
      and: [
        { column: 'mailboxid', operator: 'eq', value: lease.mailboxid },
        { column: 'verboseloggingenabled', operator: 'eq', value: left + 1 },
      ],
    };
    // What was done stays done, counted or not.
    await context.database.records
      .updateWhere('mailbox', unchanged, { verboseloggingenabled: left })
      .catch((thrown) => {
        log.warn({ error: asMailroomError(thrown).message }, 'verbose: the turn could not be counted');
      });
  }
}

function beginning({ mailbox, profile, lease, maxItems }: TurnContext): object {
  return {
    profile: profile.name,
    servertype: profile.servertype,
    takesMailFrom: mailbox.processemailreceivedafter,
    failures: {
      incoming: mailbox.mr_incomingfailurecount ?? 0,
      outgoing: mailbox.mr_outgoingfailurecount ?? 0,
      act: mailbox.mr_actfailurecount ?? 0,
    },
    connections: lease.connections,
    maxItems,
  };
}

async function tellConnect(
  { connect, clock, log }: TurnContext,
  direction: 'incoming' | 'outgoing',
  signal: AbortSignal,
): ReturnType<TurnContext['connect']> {
  const startedOn = clock.now().getTime();
  const took = () => ({ direction, tookMs: clock.now().getTime() - startedOn });
  try {
    const connector = await connect(direction, signal);
    log.info({ ...took(), steps: connector.steps }, 'verbose: server reached');
    return connector;
  } catch (thrown) {
    log.info({ ...took(), ...wordsOf(thrown) }, 'verbose: server not reached');
    throw thrown;
  }
}

/** What the turn wrote down of single items: why a message was taken or not, what became of an email, how a link stands. */
async function itemsSince({ database, lease, log }: TurnContext, since: Date): Promise<readonly object[]> {
  const statements: Readonly<Record<string, string>> = {
    incoming: `select mr_messageid as messageid, mr_serverid as serverid, mr_reasoncode as reasoncode, mr_reason as reason, mr_emailid as emailid,
        mr_correlationmethod as correlationmethod
      from mr_maildecision where mr_mailboxid = $1::uuid and modifiedon >= $2 order by createdon limit ${mostRows}`,
    outgoing: `select activityid as emailid, messageid, statuscode, mr_waitingreason as waitingreason, mr_lasterror as lasterror
      from email where sendermailboxid = $1::uuid and modifiedon >= $2 order by modifiedon limit ${mostRows}`,
    act: `select objecttypecode, objectid, exchangeentryid as itemid, mr_linkstate as linkstate, lastsyncerror
      from exchangesyncidmapping where mr_mailboxid = $1::uuid and modifiedon >= $2 order by modifiedon limit ${mostRows}`,
  };
  const statement = statements[lease.work];
  if (statement === undefined) return [];
  try {
    return await database.sql<object>(statement, [lease.mailboxid, since]);
  } catch (thrown) {
    // What was done stays done, told or not.
    log.warn({ error: asMailroomError(thrown).message }, 'verbose: items could not be read');
    return [];
  }
}

function wordsOf(thrown: unknown): object {
  if (thrown === undefined) return {};
  const { code, kind, message } = asMailroomError(thrown);
  return { error: { code, kind, message } };
}
