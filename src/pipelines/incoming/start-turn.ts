import type { TurnContext } from '../turn.ts';
import { beginReevaluation, readCursors, writeCursor } from './cursors.ts';
import { createDirectory } from './directory.ts';
import type { IncomingTurn } from './incoming-turn.ts';
import { mailboxAddresses } from './resolve-people.ts';
import { startOfMailbox } from './start-date.ts';

/** A turn with what it needs to know before the server is asked, and how far the last one read. */
export interface StartedTurn {
  readonly turn: IncomingTurn;
  /** The server's cursor; null for servers without one. */
  readonly cursor: string | null;
}

/** Reads where the mailbox stands: start date, cursor, whether everything is to be judged anew. */
export async function startTurn(context: TurnContext): Promise<StartedTurn> {
  const { database, mailbox, profile, clock } = context;
  const mailboxid = mailbox.mailboxid ?? context.lease.mailboxid;
  const profileid = profile.emailserverprofileid ?? '';
  const cursors = await readCursors(database, mailboxid);
  const { startOn, floorOn, enabledOn } = startOfMailbox(mailbox, profile, cursors, clock.now());
  if (cursors.enabledOn === undefined) await writeCursor(database, mailboxid, 'enabledon', enabledOn.toISOString());
  const isRaised = floorOn !== undefined && floorOn.getTime() !== cursors.floor?.on.getTime();
  if (floorOn !== undefined && (isRaised || cursors.floor?.profileid !== profileid)) {
    await writeCursor(database, mailboxid, 'floor', `${profileid} ${floorOn.toISOString()}`);
  }
  if (cursors.judgedFrom === undefined || startOn > cursors.judgedFrom) {
    await writeCursor(database, mailboxid, 'judgedfrom', startOn.toISOString());
  }
  const isAsked = cursors.reevaluation === 'asked';
  if (isAsked) await database.transaction((scope) => beginReevaluation(scope, mailboxid));
  const isUsers = mailbox.regardingobjectid?.table === 'systemuser';
  const turn: IncomingTurn = {
    context,
    mailboxid,
    addresses: mailboxAddresses(mailbox),
    directory: createDirectory(),
    startOn,
    isReevaluating: cursors.reevaluation !== 'none',
    deletesProcessed: mailbox.processanddeleteemails === true && !isUsers,
  };
  return { turn, cursor: isAsked ? null : cursors.inbox };
}
