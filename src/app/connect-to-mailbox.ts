import { MailroomError } from '../base/errors.ts';
import type { Connector } from '../contracts/connector.ts';
import type { Database } from '../store/database.ts';
import { type OrganizationSettings, readOrganizationSettings } from '../store/organization-settings.ts';
import type { RecordOf } from '../tables/catalog.ts';
import type { Connect } from './connectors.ts';

/** A way to the server of a mailbox, and what was read to find it. */
export interface MailboxConnection {
  readonly connector: Connector;
  readonly profile: RecordOf<'emailserverprofile'>;
  readonly settings: OrganizationSettings;
}

/** Connects to the server from which a mailbox is read. Throws MailroomError 8005E228 when it has no profile, and what connecting throws. */
export async function connectToMailbox(
  { database, connect }: { readonly database: Database; readonly connect: Connect },
  mailbox: RecordOf<'mailbox'>,
  signal: AbortSignal,
): Promise<MailboxConnection> {
  const { records } = database;
  const profileId = mailbox.emailserverprofile?.id;
  const profile = profileId === undefined ? undefined : await records.retrieve('emailserverprofile', profileId);
  if (profile === undefined) {
    throw new MailroomError(
      `Mailbox "${mailbox.name ?? ''}" has no email server profile. Give it one, so that its server is known.`,
      { code: '8005E228', kind: 'configuration' },
    );
  }
  const settings = await readOrganizationSettings(records);
  const connector = await connect(mailbox, profile, 'incoming', signal, { gates: settings.gates });
  return { connector, profile, settings };
}
