import { asMailroomError, MailroomError } from '../../base/errors.ts';
import type { ActFolder } from '../../contracts/act-item.ts';
import type { ActPort } from '../../contracts/act-port.ts';
import type { ConditionContext } from '../../store/fetch/condition-context.ts';
import { readConditionContext } from '../../store/fetch/read-condition-context.ts';
import type { RunTurn, TurnContext, TurnOutcome } from '../turn.ts';
import type { ActCaller, OpenActCaller } from './act-caller.ts';
import { checkClaim } from './act-claim-check.ts';
import { readDirections } from './act-directions.ts';
import { readActFilters } from './act-filters.ts';
import type { ActType, ActUser } from './act-type.ts';
import { actTypes } from './act-types.ts';
import { filesOf } from './appointment-files.ts';
import { askFirst, forgetQuestion, leaveFor } from './ask-first.ts';
import { beginFirstRun } from './first-run.ts';
import type { ActTally, FolderTurn } from './folder-turn.ts';
import { listCategory } from './list-category.ts';
import { carryOutFolder, planFolder, readActCursor } from './synchronize-folder.ts';

const folders: readonly ActFolder[] = ['contacts', 'tasks', 'calendar'];

/** What a turn of appointments, contacts and tasks needs beside its context. */
export interface ActParts {
  readonly openCaller: OpenActCaller;
}

/** Makes the turn that synchronises calendar, contacts and tasks of a mailbox, one folder after the other (AC-07). */
export function createActTurn(parts: ActParts): RunTurn {
  return async (context) => {
    const tally: ActTally = { processed: 0, failed: 0, nextTryOn: undefined, more: false };
    try {
      const connector = await context.connect('incoming', context.signal);
      try {
        const port = portOf(context, connector.act);
        await listCategory(context, connector.folders);
        await synchronize(context, parts, port, tally);
      } finally {
        await connector.close().catch(() => connector.abort());
      }
      return outcomeOf(tally);
    } catch (thrown) {
      if (context.signal.aborted) return { ...outcomeOf(tally), more: true };
      return { ...outcomeOf(tally), more: false, error: asMailroomError(thrown) };
    }
  };
}

const outcomeOf = (tally: ActTally): TurnOutcome => ({
  itemsProcessed: tally.processed,
  itemsFailed: tally.failed,
  more: tally.more,
  nextDueOn: tally.nextTryOn,
});

function portOf(context: TurnContext, port: ActPort | undefined): ActPort {
  if (port !== undefined) return port;
  throw new MailroomError(
    `Profile "${context.profile.name ?? ''}" carries mail only. Set the delivery method of appointments, contacts and tasks to None.`,
    { code: '8005E247', kind: 'configuration' },
  );
}

async function synchronize(context: TurnContext, parts: ActParts, port: ActPort, tally: ActTally): Promise<void> {
  await checkClaim(port, context.settings, context.signal);
  const opened = await openFolders(context, parts, port, tally);
  const filters = await readActFilters(context.database.records, opened.user.systemuserid);
  const first = await beginFirstRun(opened.turns, filters);
  if (first === 'waits') return;
  let room = context.maxItems;
  let isAsking = false;
  for (const turn of opened.turns) {
    const plan = first?.planOf(turn) ?? (await planFolder(turn, filters, await readActCursor(turn)));
    const { leave, reason } = leaveFor(plan, turn, context.mailbox, first !== undefined);
    isAsking ||= reason !== undefined;
    if (leave === 'wait') {
      await askFirst(turn, reason ?? '');
      continue;
    }
    const advance = async (count: number): Promise<void> => first?.advance(count);
    const left = await carryOutFolder(turn, plan, leave === 'keep', Math.max(0, room), advance);
    room -= plan.pairs.length - left;
    if (left > 0) tally.more = true;
  }
  if (!tally.more && !isAsking) await first?.complete();
  const [any] = opened.turns;
  if (!isAsking && any !== undefined) await forgetQuestion(any);
}

/** The folders of a mailbox, ready to be read; shared with the preview. */
export async function openFolders(
  context: TurnContext,
  parts: ActParts,
  port: ActPort,
  tally: ActTally,
): Promise<{ readonly user: ActUser; readonly turns: readonly FolderTurn[] }> {
  const { caller, user, conditions } = await openUser(context, parts);
  const directionsOf = await readDirections(context.database.records, user.systemuserid);
  const turns = folders.flatMap((folder): FolderTurn[] => {
    const types: readonly ActType[] = actTypes.filter((type) => type.folder === folder);
    if (types.length === 0) return [];
    const mailboxid = context.lease.mailboxid;
    const files = filesOf(user.settings, context.database.blobs);
    return [{ context, mailboxid, files, port, caller, user, conditions, folder, types, directionsOf, tally }];
  });
  return { user, turns };
}

/** AC-01, AC-06: the user whose mailbox it is. Throws configuration `mr_ActNoUser` when it is nobody's. */
export async function openUser(
  context: Pick<TurnContext, 'mailbox' | 'settings' | 'database' | 'clock'>,
  parts: ActParts,
): Promise<{ readonly caller: ActCaller; readonly user: ActUser; readonly conditions: ConditionContext }> {
  const { mailbox, settings, database } = context;
  const systemuserid = mailbox.regardingobjectid?.table === 'systemuser' ? mailbox.regardingobjectid.id : undefined;
  const caller = systemuserid === undefined ? undefined : await parts.openCaller(systemuserid);
  if (systemuserid === undefined || caller === undefined) {
    throw new MailroomError(
      `Mailbox "${mailbox.name ?? ''}" does not belong to an active user. Appointments, contacts and tasks are synchronised for users only; set the delivery method to None.`,
      { code: 'mr_ActNoUser', kind: 'configuration' },
    );
  }
  const now = context.clock.now();
  const conditions = await readConditionContext(database.records, systemuserid, now);
  const { timeZone } = conditions;
  const own = await database.records.retrieve('usersettings', systemuserid, ['synccontactcompany']);
  const address = (mailbox.emailaddress ?? '').toLowerCase();
  const synchronizesCompany = own?.synccontactcompany === true;
  const startsFrom = mailbox.mr_actstartdate ?? undefined;
  const user = { systemuserid, address, timeZone, settings, synchronizesCompany, startsFrom, now };
  return { caller, user, conditions };
}
