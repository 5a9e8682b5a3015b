import { mailFingerprint } from '../../formats/mail-fingerprint.ts';
import type { StoreScope } from '../../store/database.ts';
import { writeDecisions } from '../decisions.ts';
import type { DecidedMail } from './decide-group.ts';
import { decisionOf, decisionOfBroken } from './decision-of.ts';
import type { IncomingMail } from './incoming-mail.ts';
import type { IncomingTurn, Judging } from './incoming-turn.ts';
import type { KeptAttachments } from './keep-attachments.ts';
import type { NotedDeliveries } from './note-deliveries.ts';
import type { BrokenMail } from './quarantine.ts';

/** Writes the decisions about a group; an earlier one is replaced where the message was judged anew (IN-20). */
export async function recordDecisions(
  scope: StoreScope,
  turn: Judging,
  decided: readonly DecidedMail[],
  broken: readonly BrokenMail[],
  attachments: ReadonlyMap<DecidedMail, KeptAttachments>,
  noted: NotedDeliveries,
): Promise<void> {
  const replaces = (one: DecidedMail): boolean =>
    turn.revisit !== undefined ||
    one.identified.decision !== undefined ||
    one.identified.mail.source.quarantineId !== undefined;
  const written = (mails: readonly DecidedMail[]) =>
    mails.flatMap((one) => decisionOf(one.mailboxid ?? turn.mailboxid, one, attachments.get(one), noted) ?? []);
  await writeDecisions(scope, written(decided.filter((one) => !replaces(one))), false);
  await writeDecisions(scope, written(decided.filter(replaces)), true);
  const unread = broken.map((one) => decisionOfBroken(turn.mailboxid, one, unreadIdentity(one.serverId)));
  await writeDecisions(scope, unread, true);
}

/** Notes what need not be fetched again, and how many that is; deletion or a move on the server is due for what was dealt with (UD-03). What was found elsewhere than in the inbox is noted with its folder. */
export async function remember(
  scope: StoreScope,
  turn: IncomingTurn,
  mails: readonly IncomingMail[],
  decided: readonly DecidedMail[],
  broken: readonly BrokenMail[],
  settled: readonly string[],
): Promise<number> {
  const keep = new Set([
    ...broken.map((one) => one.serverId),
    ...decided.flatMap((one) => (isLeftAlone(one) ? [one.identified.mail.source.serverId] : [])),
  ]);
  const failedIds = new Set(broken.map((one) => one.serverId));
  const dealtWith = mails.map((mail) => mail.source.serverId).filter((serverId) => !failedIds.has(serverId));
  const seen = [...new Set([...dealtWith, ...settled])];
  const inInbox = seen.filter((serverId) => turn.placements?.has(serverId) !== true);
  const fingerprints = new Map(mails.map((mail) => [mail.source.serverId, fingerprintOf(mail)]));
  await scope.sightings.add(
    turn.mailboxid,
    inInbox.map((serverId) => ({
      serverId,
      deletionDue: turn.afterwards !== 'keep' && !keep.has(serverId),
      fingerprint: fingerprints.get(serverId),
    })),
  );
  return seen.length;
}

/** Of the message as it lies on the server. */
function fingerprintOf({ source, message }: IncomingMail): string | undefined {
  const { carrier, raw, wholeBytes, receivedOn } = source;
  if (carrier !== undefined) return mailFingerprint(carrier.messageId, carrier.raw.length, carrier.receivedOn);
  return mailFingerprint(message.messageId, wholeBytes ?? raw.length, receivedOn);
}

/** Messages that were not processed stay on the server: from before the start date, or not what a forward mailbox takes. */
function isLeftAlone(decided: DecidedMail): boolean {
  const code = decided.kind === 'known' ? decided.identified.decision?.code : decided.verdict?.code;
  return code === 'BeforeStartDate' || code === 'InvalidForwardMailItem';
}

/** The identity under which the decision stands as long as the message could not be read. */
export const unreadIdentity = (serverId: string): string => `unread:${serverId}`.slice(0, 400);
