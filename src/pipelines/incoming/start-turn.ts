import type { Settlement } from '../../contracts/mail-retriever.ts';
import { FilterOption, ServerType } from '../../tables/choices.ts';
import type { TurnContext } from '../turn.ts';
import { cursorsOf, type IncomingCursors, readCursors, writeCursor } from './cursors.ts';
import { createDirectory, type Principal } from './directory.ts';
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
  const { database, mailbox } = context;
  const mailboxid = mailbox.mailboxid ?? context.lease.mailboxid;
  const cursors = context.memory === undefined ? await readCursors(database, mailboxid) : cursorsOf(context.memory);
  const startOn = await settleStart(context, mailboxid, cursors);
  const revisit = revisitOf(mailbox);
  const isUsers = mailbox.regardingobjectid?.table === 'systemuser';
  const directory = createDirectory();
  const addresses = mailboxAddresses(mailbox);
  if (addresses.owner !== undefined) await directory.load(database, [addresses.owner]);
  const owner = addresses.owner && directory.get(addresses.owner.id);
  const turn: IncomingTurn = {
    context,
    mailboxid,
    addresses,
    isForward: isForwardMailbox(mailbox),
    directory,
    startOn: revisit?.since ?? startOn,
    revisit,
    headsFirst: owner !== undefined && owner.filter !== FilterOption.all,
    marksWith: marksWith(context, owner),
    afterwards: isUsers ? 'keep' : afterwards(mailbox),
  };
  const { hasOpenQuarantine } = cursors;
  if (revisit === undefined || revisit.isStarted) return { turn, cursor: cursors.inbox, hasOpenQuarantine };
  await startRevisit(turn, revisit);
  await forgetTracking(turn);
  return { turn, cursor: null, hasOpenQuarantine };
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

/** The category, over IMAP the keyword, that marks what is tracked (CT-05); none for a server that has no categories, and for a mailbox that belongs to nobody. */
function marksWith({ settings, profile }: TurnContext, owner: Principal | undefined): string | undefined {
  if (owner === undefined || !settings.switches.TrackCategorizedItems) return undefined;
  if (profile.servertype === ServerType.pop3Smtp) return undefined;
  return profile.servertype === ServerType.imapSmtp ? settings.trackedKeyword : settings.trackedCategory;
}
