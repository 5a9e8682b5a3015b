import type { Settlement } from '../../contracts/mail-retriever.ts';
import { readTurnMemory } from '../../store/turn-memory.ts';
import { FilterOption, ServerType } from '../../tables/choices.ts';
import type { TurnContext } from '../turn.ts';
import { cursorsOf, type IncomingCursors, writeCursor } from './cursors.ts';
import { createDirectory } from './directory.ts';
import { isForwardMailbox } from './forwarders.ts';
import type { IncomingTurn } from './incoming-turn.ts';
import { mailboxAddresses } from './resolve-people.ts';
import { revisitOf } from './revisit.ts';
import { startRevisit } from './revisit-progress.ts';
import { startOfMailbox } from './start-date.ts';
import { forgetTracking } from './tracking/tracking-cursors.ts';

/** A turn with what it needs to know before the server is asked, and how far the last one read. */
export interface StartedTurn {
  readonly turn: IncomingTurn;
  /** The server's cursor; null for servers without one. */
  readonly cursor: string | null;
  /** True when messages of the mailbox wait in the quarantine for another try. */
  readonly hasOpenQuarantine: boolean;
}

/** Reads where the mailbox stands: start date, cursor, whether old messages are to be looked at again. */
export async function startTurn(context: TurnContext): Promise<StartedTurn> {
  const { mailbox } = context;
  const mailboxid = mailbox.mailboxid ?? context.lease.mailboxid;
  const memory = context.memory ?? (await readTurnMemory(context.database, mailboxid, context.clock.now()));
  const cursors = cursorsOf(memory);
  const startOn = await settleStart(context, mailboxid, cursors);
  const revisit = revisitOf(mailbox);
  const isUsers = mailbox.regardingobjectid?.table === 'systemuser';
  const { ownerFilter, tracking } = memory;
  const turn: IncomingTurn = {
    context,
    mailboxid,
    addresses: mailboxAddresses(mailbox),
    isForward: isForwardMailbox(mailbox),
    directory: createDirectory(),
    startOn: revisit?.since ?? startOn,
    revisit,
    ownerFilter,
    headsFirst: ownerFilter !== undefined && ownerFilter !== FilterOption.all,
    marksWith: ownerFilter === undefined ? undefined : marksWith(context),
    tracking,
    afterwards: isUsers ? 'keep' : afterwards(mailbox),
  };
  const { hasOpenQuarantine } = cursors;
  if (revisit === undefined || revisit.isStarted) return { turn, cursor: cursors.inbox, hasOpenQuarantine };
  await startRevisit(turn, revisit);
  return { turn: { ...turn, tracking: await forgetTracking(turn) }, cursor: null, hasOpenQuarantine };
}

/** The start date of this turn, with what it follows from written down. */
async function settleStart(context: TurnContext, mailboxid: string, cursors: IncomingCursors): Promise<Date> {
  const { database, mailbox, profile, clock } = context;
  const profileid = profile.emailserverprofileid ?? '';
  const { startOn, floorOn, enabledOn } = startOfMailbox(mailbox, profile, cursors, clock.now());
  if (cursors.enabledOn === undefined) await writeCursor(database, mailboxid, 'enabledon', enabledOn.toISOString());
  const isRaised = floorOn !== undefined && floorOn.getTime() !== cursors.floor?.on.getTime();
  if (floorOn !== undefined && (isRaised || cursors.floor?.profileid !== profileid)) {
    await writeCursor(database, mailboxid, 'floor', `${profileid} ${floorOn.toISOString()}`);
  }
  if (cursors.judgedFrom === undefined || cursors.judgedFrom < startOn) {
    await writeCursor(database, mailboxid, 'judgedfrom', startOn.toISOString());
  }
  return startOn;
}

/** What becomes of messages that were dealt with (UD-03). */
function afterwards({ processanddeleteemails, mr_moveprocessedto }: TurnContext['mailbox']): Settlement {
  if (processanddeleteemails === true) return 'delete';
  return mr_moveprocessedto ? { moveTo: mr_moveprocessedto } : 'keep';
}

/** The category, over IMAP the keyword, that marks what is tracked (CT-05); none for a server that has no categories. */
function marksWith({ settings, profile }: TurnContext): string | undefined {
  if (!settings.switches.TrackCategorizedItems) return undefined;
  if (profile.servertype === ServerType.pop3Smtp) return undefined;
  return profile.servertype === ServerType.imapSmtp ? settings.trackedKeyword : settings.trackedCategory;
}
