import type { MailMessage } from '../../contracts/mail-message.ts';
import type { MailHandle, MailRetriever } from '../../contracts/mail-retriever.ts';
import { normaliseAddress } from '../../formats/address.ts';
import { mailIdentity } from '../../formats/mail-identity.ts';
import { parseMail } from '../../formats/mime-parse.ts';
import { MailVerdict } from '../../tables/choices.ts';
import { type MailDecision, writeDecisions } from '../decisions.ts';
import { isAutomaticMail } from './automatic-mail.ts';
import { receivedOn } from './incoming-mail.ts';
import { type IncomingTurn, withLease } from './incoming-turn.ts';
import { isFinal, type KnownDecision, readDecisions } from './known-mail.ts';

/** Header bytes read of one message, at most: Received and Message-ID stand early. */
const headBytes = 32_768;

/** Heads looked at together. */
const headsAtOnce = 200;

interface Head {
  readonly handle: MailHandle;
  readonly message: MailMessage;
  readonly receivedOn: Date;
}

/** How messages are judged by their heads alone. */
export type ScreenMode =
  /** The ids on the server changed: those known by Message-ID get a new sighting (PAIN-09). */
  | 'renumbered'
  /** A first look at a mailbox: those from before the start date are left where they are (IN-06, PAIN-18). */
  | 'firstLook';

/**
 * Sorts out messages whose bodies need not be fetched and returns the rest, in order. A server that cannot give heads alone, and
 * messages of which it says when it received them, are judged without (IN-06).
 */
export async function screen(
  turn: IncomingTurn,
  retriever: MailRetriever,
  fresh: readonly MailHandle[],
  mode: ScreenMode,
): Promise<readonly MailHandle[]> {
  const { signal } = turn.context;
  const fetchHeads = retriever.fetchHeads?.bind(retriever);
  if (fetchHeads === undefined) return fresh;
  const wanted: MailHandle[] = [];
  for (let at = 0; at < fresh.length; at += headsAtOnce) {
    const group = fresh.slice(at, at + headsAtOnce);
    const heads: Head[] = [];
    for await (const fetched of fetchHeads(group, headBytes, signal)) {
      if ('error' in fetched) continue;
      const message = await parseMail(fetched.raw).catch(() => undefined);
      if (message === undefined) continue;
      heads.push({
        handle: fetched.handle,
        message,
        receivedOn: receivedOn(fetched.handle, message, turn.context.clock.now()),
      });
    }
    const done = await settleHeads(turn, heads, mode);
    wanted.push(...group.filter((handle) => !done.has(handle.serverId)));
    if (mode === 'firstLook' && done.size === 0) return [...wanted, ...fresh.slice(at + headsAtOnce)];
  }
  return wanted;
}

/** Writes down those that their heads decide; returns their ids. */
async function settleHeads(turn: IncomingTurn, heads: readonly Head[], mode: ScreenMode): Promise<ReadonlySet<string>> {
  const named = heads.filter(({ message }) => message.messageId !== '');
  const tooOld = (head: Head): boolean => head.receivedOn.getTime() < turn.startOn.getTime();
  return withLease(turn, async (scope) => {
    const known =
      mode === 'renumbered'
        ? await readDecisions(scope, turn.mailboxid, new Set(named.map(({ message }) => mailIdentity(message))))
        : new Map<string, KnownDecision>();
    const done = new Map<string, MailDecision | undefined>();
    for (const head of heads) {
      const decision = head.message.messageId === '' ? undefined : known.get(mailIdentity(head.message));
      if (isSameMail(decision, head)) done.set(head.handle.serverId, undefined);
      else if (tooOld(head)) done.set(head.handle.serverId, tooOldDecision(turn, head));
    }
    await writeDecisions(
      scope,
      [...done.values()].flatMap((decision) => decision ?? []),
      turn.isReevaluating,
    );
    await scope.sightings.add(
      turn.mailboxid,
      [...done.keys()].map((serverId) => ({ serverId, deletionDue: false })),
    );
    return new Set(done.keys());
  });
}

/** A Message-ID alone does not do: some senders use one for all they send (PAIN-05, PAIN-09). */
function isSameMail(decision: KnownDecision | undefined, head: Head): boolean {
  if (decision === undefined || !isFinal(decision) || decision.sender !== senderOf(head.message)) return false;
  const receivedOn = decision.receivedOn?.getTime() ?? Number.NaN;
  return Math.abs(receivedOn - head.receivedOn.getTime()) < 1000;
}

function tooOldDecision(turn: IncomingTurn, head: Head): MailDecision {
  const { message, handle } = head;
  return {
    mailboxid: turn.mailboxid,
    serverId: handle.serverId,
    identity: message.messageId === '' ? null : mailIdentity(message),
    messageId: message.messageId,
    subject: message.subject,
    sender: senderOf(message),
    receivedOn: head.receivedOn,
    sizeBytes: Math.min(handle.sizeBytes ?? 0, 2_147_483_647),
    verdict: MailVerdict.notTracked,
    code: 'BeforeStartDate',
    reason: `It was received before the mailbox's start date ${turn.startOn.toISOString()}.`,
    isAutomatic: isAutomaticMail(message),
  };
}

const senderOf = (message: MailMessage): string =>
  normaliseAddress((message.from[0] ?? message.sender[0])?.address ?? '');
