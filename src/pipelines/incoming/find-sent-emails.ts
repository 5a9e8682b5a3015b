import { normaliseAddress } from '../../formats/address.ts';
import { findTokens } from '../../formats/tracking-token.ts';
import type { StoreScope } from '../../store/database.ts';
import type { Filter } from '../../store/record-store.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import type { IncomingMail } from './incoming-mail.ts';
import type { IncomingTurn } from './incoming-turn.ts';

/** A sent email that a report is about. */
export interface ReportedEmail {
  readonly email: RecordOf<'email'>;
  /** How it was found, in plain words. */
  readonly evidence: string;
}

/** How long after sending a report without any id may still be about an email, milliseconds: servers try for five days. */
const horizonMs = 6 * 86_400_000;

const columns = ['activityid', 'subject', 'messageid', 'trackingtoken', 'ownerid', 'statuscode', 'createdon'] as const;

/**
 * Finds the sent email that each delivery report is about: by the Message-ID of the returned message or the envelope id that was given
 * with it, by the tracking token in its subject, else by its recipient where exactly one email can be meant (UD-04).
 */
export async function findSentEmails(
  scope: StoreScope,
  turn: IncomingTurn,
  reports: readonly IncomingMail[],
): Promise<ReadonlyMap<IncomingMail, ReportedEmail>> {
  const found = new Map<IncomingMail, ReportedEmail>();
  const note = (mail: IncomingMail, email: RecordOf<'email'> | undefined, evidence: string): void => {
    if (email !== undefined && !found.has(mail)) found.set(mail, { email, evidence });
  };
  const byId = await readBy(scope, 'messageid', reports.flatMap(idsOf));
  for (const mail of reports) {
    for (const id of idsOf(mail)) note(mail, byId.get(id), `The report is about <${id}>.`);
  }
  const { prefixes } = turn.context.settings.token;
  const tokensOf = (mail: IncomingMail): string[] => findTokens(subjectsOf(mail), prefixes);
  const open = reports.filter((mail) => !found.has(mail));
  const byToken = await readBy(scope, 'trackingtoken', open.flatMap(tokensOf));
  for (const mail of open) {
    for (const token of tokensOf(mail))
      note(mail, byToken.get(token.toLowerCase()), `The report shows the token ${token}.`);
  }
  for (const mail of open) {
    if (!found.has(mail))
      note(mail, await onlyEmailTo(scope, turn, mail), 'It is the only email sent to that address lately.');
  }
  return found;
}

/** Message-IDs that a report gives, the surest first. */
function idsOf(mail: IncomingMail): string[] {
  const { automatic, message } = mail;
  const ids = [automatic?.about, automatic?.report?.envelopeId, message.inReplyTo, ...message.references];
  return [...new Set(ids.flatMap((id) => (id === undefined || id === '' ? [] : [id])))].slice(0, 30);
}

function subjectsOf(mail: IncomingMail): string {
  return `${mail.automatic?.report?.original.subject ?? ''} ${mail.message.subject}`;
}

/** Sent emails by one of their columns, of several the newest; tokens in lower case. */
async function readBy(
  scope: StoreScope,
  column: 'messageid' | 'trackingtoken',
  values: readonly string[],
): Promise<ReadonlyMap<string, RecordOf<'email'>>> {
  if (values.length === 0) return new Map();
  const page = await scope.records.retrieveMultiple({
    table: 'email',
    columns,
    filter: { and: [{ column, operator: 'in', value: [...new Set(values)] }, isOutgoing] },
    orderBy: [{ column: 'createdon' }],
  });
  return new Map(page.rows.map((row) => [keyOf(column, row), row]));
}

const keyOf = (column: 'messageid' | 'trackingtoken', row: RecordOf<'email'>): string =>
  column === 'messageid' ? (row.messageid ?? '') : (row.trackingtoken ?? '').toLowerCase();

const isOutgoing: Filter = { column: 'directioncode', operator: 'eq', value: true };

/** The email sent from this mailbox to the failed address in the last days: the only one, or the only one with the returned subject. */
async function onlyEmailTo(
  scope: StoreScope,
  turn: IncomingTurn,
  mail: IncomingMail,
): Promise<RecordOf<'email'> | undefined> {
  const addresses = (mail.automatic?.report?.recipients ?? []).flatMap((one) => one.addresses.map(normaliseAddress));
  if (addresses.length === 0) return undefined;
  const { rows } = await scope.records.retrieveMultiple({
    table: 'email',
    columns,
    filter: {
      and: [
        { column: 'sendermailboxid', operator: 'eq', value: turn.mailboxid },
        { column: 'createdon', operator: 'ge', value: new Date(turn.context.clock.now().getTime() - horizonMs) },
        isOutgoing,
        {
          exists: {
            table: 'activityparty',
            from: 'activityid',
            to: 'activityid',
            filter: { column: 'addressused', operator: 'in', value: addresses.slice(0, 50) },
          },
        },
      ],
    },
    limit: 50,
  });
  const subject = mail.automatic?.report?.original.subject ?? '';
  const chosen = subject === '' ? rows : rows.filter((row) => row.subject === subject);
  return chosen.length === 1 ? chosen[0] : undefined;
}
