import { addressHashes, subjectHashes, subjectWords } from '../../formats/subject.ts';
import type { StoreScope } from '../../store/database.ts';
import type { OrganizationSettings } from '../../store/organization-settings.ts';
import type { TrackedMail } from './correlate.ts';
import { readTracked } from './correlation-lookup.ts';
import type { IncomingMail } from './incoming-mail.ts';

/** `emailhash.hashtype`: what a hash was made of (CO-31). */
export const HashType = { subject: 0, address: 1 } as const;

/** Hashes older than this are not looked at, milliseconds (CO-39). */
const horizonMs = 90 * 86_400_000;

/** Emails compared at most, the newest. */
const mostCompared = 300;

/** Hashes of one email. */
export interface MailHashes {
  readonly subject: readonly number[];
  readonly addresses: readonly number[];
}

/** A stored email that shares hashes with the one looked for. */
export interface HashedMail extends MailHashes {
  readonly id: string;
  readonly createdOn: Date;
}

export type HashRules = OrganizationSettings['hash'];

/** The hashes of a message: words of its subject, addresses of From, To, Cc and Bcc (CO-32 to CO-36). */
export function mailHashes(mail: IncomingMail, rules: HashRules): MailHashes {
  const addresses = [mail.senderAddress, ...mail.recipients.map((recipient) => recipient.address)];
  return {
    subject: subjectHashes(mail.message.subject, rules.filterKeywords, rules.maxCount),
    addresses: addressHashes(addresses, rules.maxCount),
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
    const equalAddresses = common(hashes.addresses, one.addresses);
    return one.subject.length > 0 && delta <= rules.deltaSubjectCount && equalAddresses >= rules.minAddressCount
      ? [{ id: one.id, createdOn: one.createdOn, equalAddresses }]
      : [];
  });
  return matches.sort(
    (one, other) => other.equalAddresses - one.equalAddresses || other.createdOn.getTime() - one.createdOn.getTime(),
  )[0];
}

/** Looks for the conversation of a message that no other method found (CO-30); undefined when there is none. */
export async function findSmartMatch(
  scope: StoreScope,
  mail: IncomingMail,
  rules: HashRules,
  now: Date,
): Promise<{ readonly mail: TrackedMail; readonly evidence: string } | undefined> {
  const hashes = mailHashes(mail, rules);
  if (hashes.subject.length === 0 || hashes.addresses.length < rules.minAddressCount) return undefined;
  const stored = await readHashed(scope, await idsSharingWords(scope, mail, rules, now));
  const match = chooseSmartMatch(hashes, stored, rules);
  if (match === undefined) return undefined;
  const filter = { column: 'activityid', operator: 'eq', value: match.id } as const;
  const found = (await readTracked(scope, filter, 1))[0];
  const evidence = `The subject has the same words and ${match.equalAddresses} addresses are the same.`;
  return found && { mail: found, evidence };
}

/** A match misses at most `delta` of our words, so it holds one of any delta + 1 of them; long words are the rarest. */
async function idsSharingWords(
  scope: StoreScope,
  mail: IncomingMail,
  rules: HashRules,
  now: Date,
): Promise<readonly string[]> {
  const words = [...new Set(subjectWords(mail.message.subject, rules.filterKeywords, rules.maxCount))];
  const rare = words.sort((one, other) => other.length - one.length).slice(0, rules.deltaSubjectCount + 1);
  const hashes = rare.flatMap((word) => subjectHashes(word, '', 1));
  const page = await scope.records.retrieveMultiple({
    table: 'emailhash',
    columns: ['activityid'],
    filter: {
      and: [
        { column: 'hash', operator: 'in', value: hashes },
        { column: 'hashtype', operator: 'eq', value: HashType.subject },
        { column: 'createdon', operator: 'ge', value: new Date(now.getTime() - horizonMs) },
      ],
    },
    orderBy: [{ column: 'createdon', descending: true }],
    limit: mostCompared,
  });
  return [...new Set(page.rows.flatMap((row) => (row.activityid ? [row.activityid.id] : [])))];
}

async function readHashed(scope: StoreScope, ids: readonly string[]): Promise<readonly HashedMail[]> {
  if (ids.length === 0) return [];
  const found = new Map<string, { subject: number[]; addresses: number[]; createdOn: Date }>();
  let after: string | undefined;
  do {
    const page = await scope.records.retrieveMultiple({
      table: 'emailhash',
      columns: ['activityid', 'hash', 'hashtype', 'createdon'],
      filter: { column: 'activityid', operator: 'in', value: ids },
      ...(after === undefined ? {} : { after }),
    });
    for (const row of page.rows) {
      const id = row.activityid?.id ?? '';
      const one = found.get(id) ?? { subject: [], addresses: [], createdOn: row.createdon ?? new Date(0) };
      (row.hashtype === HashType.subject ? one.subject : one.addresses).push(row.hash ?? 0);
      found.set(id, one);
    }
    after = page.next;
  } while (after !== undefined);
  return [...found].map(([id, one]) => ({ id, ...one }));
}

function common(one: readonly number[], other: readonly number[]): number {
  const set = new Set(other);
  return new Set(one.filter((hash) => set.has(hash))).size;
}
