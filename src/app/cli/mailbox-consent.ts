import { createMailboxConsents } from '../../store/mailbox-consents.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { consentUrl } from '../consent-parts.ts';
import { readOAuthProvider, signsInByConsent } from '../oauth-provider.ts';
import { type DatabaseContext, pickOne } from './command-context.ts';
import { printRecord, shownDate } from './output.ts';

/** Prints where consent for a mailbox is given and how it stands (CN-05). Throws `mr_NotFound` without a profile, configuration when its mailboxes sign in otherwise. */
export async function mailboxConsent(context: DatabaseContext, row: RecordOf<'mailbox'>): Promise<void> {
  const { database, loaded, output, secretBox } = context;
  const id = row.mailboxid ?? '';
  const profiles = await database.records.retrieveMultiple({ table: 'emailserverprofile' });
  const profile = pickOne(profiles.rows, row.emailserverprofile?.id ?? '(none)', 'profile', (one) => [
    one.emailserverprofileid,
  ]);
  const isNeeded = signsInByConsent(profile, 'incoming') || signsInByConsent(profile, 'outgoing');
  const provider = isNeeded ? (await readOAuthProvider(database.records, profile, secretBox)).name : undefined;
  const consent = await createMailboxConsents(database).read(id);
  const state = consent === undefined ? 'missing' : consent.refusedOn === null ? 'given' : 'refused';
  printRecord(output, {
    mailbox: row.name,
    provider: provider ?? `none: profile "${profile.name ?? ''}" signs in by password`,
    consent: state,
    account: consent?.account,
    'good until': shownDate(consent?.expiresOn),
    refusal: consent?.refusal,
    'consent at': isNeeded ? consentUrl(loaded.config, id) : undefined,
  });
}
