import { addressHashes, subjectHashes, subjectWords } from '../../formats/subject.ts';
import type { StoreScope } from '../../store/database.ts';
import type { OrganizationSettings } from '../../store/organization-settings.ts';
import { addressesOfSamePerson } from '../parties.ts';
import { readTracked } from './correlation-lookup.ts';
import { type CorrelatedFacts, precedes, type TrackedMail } from './tracked-mail.ts';

/** `emailhash.hashtype`: what a hash was made of (CO-31). */
export const HashType = { subject: 0, address: 1 } as const;

const dayMs = 86_400_000;

/** Emails compared at most, the newest. */
const mostCompared = 300;

/** Hashes of one email. */
export interface MailHashes {
  readonly subject: readonly number[];
  readonly addresses: readonly number[];
  /** Hashes of the addresses of the sender's record: any of them stands for the sender. */
  readonly sendersOthers?: readonly number[];
}

/** A stored email that shares hashes with the one looked for. */
export interface HashedMail extends MailHashes {
  readonly id: string;
  readonly sentOn: Date;
}

export type HashRules = OrganizationSettings['hash'];

/** The hashes of a message: words of its subject, addresses of From, To, Cc and Bcc (CO-32 to CO-36). */
export function mailHashes(
  facts: Pick<CorrelatedFacts, 'subject' | 'sender' | 'recipients'>,
  rules: HashRules,
): MailHashes {
  return {
    subject: subjectHashes(facts.subject, rules.filterKeywords, rules.maxCount),
    addresses: addressHashes([facts.sender, ...facts.recipients], rules.maxCount),
  };
}

/** The stored email that smart matching takes for the same conversation: enough equal addresses, few different words (CO-37, CO-38, CO-40). Pure. */
export function chooseSmartMatch(
  hashes: MailHashes,
  stored: readonly HashedMail[],
  rules: HashRules,
): { readonly id: string; readonly equalAddresses: number } | undefined {
  if (hashes.subject.length === 0) return undefined;
  const matches = stored.flatMap((one) => {
    const words = common(hashes.subject, one.subject);
    const delta = Math.max(new Set(hashes.subject).size, new Set(one.subject).size) - words;
    const equalAddresses = common(hashes.addresses, one.addresses) + otherAddress(hashes, one);
    return one.subject.length > 0 && delta <= rules.deltaSubjectCount && equalAddresses >= rules.minAddressCount
      ? [{ id: one.id, sentOn: one.sentOn, equalAddresses }]
      : [];
  });
  return matches.sort(
    (one, other) => other.equalAddresses - one.equalAddresses || other.sentOn.getTime() - one.sentOn.getTime(),
  )[0];
}

/** One more equal address where the stored email knows the sender by another one. */
function otherAddress(hashes: MailHashes, stored: HashedMail): number {
  const others = hashes.sendersOthers ?? [];
  const isKnown = others.some((hash) => hashes.addresses.includes(hash) && stored.addresses.includes(hash));
  return !isKnown && common(others, stored.addresses) > 0 ? 1 : 0;
}

/** Looks for the conversation of a message that no other method found (CO-30); undefined when there is none. */
export async function findSmartMatch(
  scope: StoreScope,
  facts: CorrelatedFacts,
  rules: HashRules,
  now: Date,
): Promise<{ readonly mail: TrackedMail; readonly evidence: string } | undefined> {
  const hashes = mailHashes(facts, rules);
  if (hashes.subject.length === 0 || hashes.addresses.length < rules.minAddressCount) return undefined;
  const ids = await emailsSharingWords(scope, facts.subject, rules, now);
  if (ids.length === 0) return undefined;
  const mails = await readTracked(scope, { column: 'activityid', operator: 'in', value: ids }, mostCompared);
  const earlier = mails.filter((mail) => mail.messageId !== facts.messageId && precedes(mail, facts));
  const stored = await readHashed(scope, earlier);
  const sendersOthers = addressHashes(await addressesOfSamePerson(scope, facts.sender), rules.maxCount);
  const match = chooseSmartMatch({ ...hashes, sendersOthers }, stored, rules);
  const found = match && earlier.find((mail) => mail.id === match.id);
  if (match === undefined || found === undefined) return undefined;
  return {
    mail: found,
    evidence: `The subject has the same words and ${match.equalAddresses} addresses are the same.`,
  };
}

/** Emails that may match a subject, the newest first: a match misses at most `delta` of its words, so it holds one of any delta + 1 of them; long words are the rarest. */
export async function emailsSharingWords(
  scope: StoreScope,
  subject: string,
  rules: HashRules,
  now: Date,
): Promise<readonly string[]> {
  const words = [...new Set(subjectWords(subject, rules.filterKeywords, rules.maxCount))];
  const rare = words.sort((one, other) => other.length - one.length).slice(0, rules.deltaSubjectCount + 1);
  const hashes = rare.flatMap((word) => subjectHashes(word, '', 1));
  const page = await scope.records.retrieveMultiple({
    table: 'emailhash',
    columns: ['activityid'],
    filter: {
      and: [
        { column: 'hash', operator: 'in', value: hashes },
        { column: 'hashtype', operator: 'eq', value: HashType.subject },
        { column: 'createdon', operator: 'ge', value: new Date(now.getTime() - rules.horizonDays * dayMs) },
      ],
    },
    orderBy: [{ column: 'createdon', descending: true }],
    limit: mostCompared,
  });
  return [...new Set(page.rows.flatMap((row) => (row.activityid ? [row.activityid.id] : [])))];
}

async function readHashed(scope: StoreScope, mails: readonly TrackedMail[]): Promise<readonly HashedMail[]> {
  if (mails.length === 0) return [];
  const found = new Map(
    mails.map(({ id, sentOn }) => [id, { id, sentOn, subject: [] as number[], addresses: [] as number[] }]),
  );
  let after: string | undefined;
  do {
    const page = await scope.records.retrieveMultiple({
      table: 'emailhash',
      columns: ['activityid', 'hash', 'hashtype'],
      filter: { column: 'activityid', operator: 'in', value: [...found.keys()] },
      ...(after === undefined ? {} : { after }),
    });
    for (const row of page.rows) {
      const one = found.get(row.activityid?.id ?? '');
      (row.hashtype === HashType.subject ? one?.subject : one?.addresses)?.push(row.hash ?? 0);
    }
    after = page.next;
  } while (after !== undefined);
  return [...found.values()];
}

function common(one: readonly number[], other: readonly number[]): number {
  const set = new Set(other);
  return new Set(one.filter((hash) => set.has(hash))).size;
}
