import type { ApiClient, Json } from '../end-to-end/api-client.ts';
import type { TortureServers } from './torture-servers.ts';

/** What must come out in the end. */
export interface Ledger {
  /** Message ids of the delivered messages. */
  readonly delivered: Set<string>;
  /** Ids of emails that were to be sent, with their subjects. */
  readonly ordered: Map<string, string>;
}

/** What came out. */
export interface Verdict {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  /** Emails whose fate the service itself calls uncertain or failed, for the record. */
  readonly uncertain: readonly string[];
  /** How many of these the recorder did take. */
  readonly uncertainTaken: number;
  /** Where the records and the recorder tell different stories. */
  readonly contradictions: readonly string[];
  readonly stored: number;
  readonly sent: number;
}

const statusSent = 3;
const statusFailed = 8;
const outcomeUncertain = 100_000_005;

/** True when no email waits or is on the wire, and every delivered message has a record. */
export async function isQuiet(api: ApiClient, ledger: Ledger): Promise<boolean> {
  const open = await api.list('emails', '$select=activityid&$filter=statuscode eq 6 or statuscode eq 7');
  if (open.length > 0) return false;
  const { incoming } = await readEmails(api);
  return [...ledger.delivered].every((id) => incoming.has(id));
}

/** Compares the records with what was delivered and ordered, and with what the recorder took. */
export async function settleAccounts(api: ApiClient, servers: TortureServers, ledger: Ledger): Promise<Verdict> {
  const { incoming, outgoing } = await readEmails(api);
  const lost: string[] = [];
  const doubled: string[] = [];
  const uncertain: string[] = [];
  const contradictions: string[] = [];
  for (const id of ledger.delivered) {
    const records = incoming.get(id) ?? 0;
    if (records === 0) lost.push(`delivered ${id} has no record`);
    if (records > 1) doubled.push(`delivered ${id} has ${records} records`);
  }
  for (const id of incoming.keys()) if (!ledger.delivered.has(id)) contradictions.push(`${id} was never delivered`);
  const takenBySubject = countBy(servers.recorded.map(({ subject }) => orderOf(subject)));
  let sent = 0;
  let uncertainTaken = 0;
  for (const [id, subject] of ledger.ordered) {
    const email = outgoing.get(id);
    const taken = takenBySubject.get(subject) ?? 0;
    if (taken > 1) doubled.push(`ordered ${subject} was taken ${taken} times`);
    if (email === undefined) lost.push(`ordered ${subject} has no record`);
    else if (email.statuscode === statusSent) {
      sent += 1;
      if (taken === 0) lost.push(`ordered ${subject} is Sent, but was never taken`);
      if (!servers.recorded.some((mail) => mail.messageId === email.messageid && orderOf(mail.subject) === subject))
        contradictions.push(`ordered ${subject}: the recorder knows no ${String(email.messageid)}`);
    } else if (email.statuscode === statusFailed) {
      uncertain.push(`${subject} (taken ${taken} times): ${String(email.mr_lasterror)}`);
      if (taken > 0) uncertainTaken += 1;
      if (taken > 0 && email.mr_sendoutcome !== outcomeUncertain)
        contradictions.push(`ordered ${subject} is Failed for certain, but was taken`);
    } else contradictions.push(`ordered ${subject} ended with status ${String(email.statuscode)}`);
  }
  const known = new Set(ledger.ordered.values());
  for (const subject of takenBySubject.keys())
    if (!known.has(subject)) contradictions.push(`the recorder took "${subject}", which nobody ordered`);
  return { lost, doubled, uncertain, uncertainTaken, contradictions, stored: incoming.size, sent };
}

async function readEmails(
  api: ApiClient,
): Promise<{ readonly incoming: ReadonlyMap<string, number>; readonly outgoing: ReadonlyMap<string, Json> }> {
  const rows = await api.list(
    'emails',
    '$select=activityid,messageid,directioncode,statuscode,mr_sendoutcome,mr_lasterror',
  );
  const incoming = countBy(rows.filter((row) => row.directioncode === false).map((row) => String(row.messageid)));
  const outgoing = new Map(
    rows.filter((row) => row.directioncode === true).map((row) => [String(row.activityid), row] as const),
  );
  return { incoming, outgoing };
}

/** The order's name in a subject, without the token behind it. */
const orderOf = (subject: string): string => /^order-\d+-\d+/.exec(subject)?.[0] ?? subject;

function countBy(values: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
