import type { Clock } from '../base/clock.ts';
import { MailroomError } from '../base/errors.ts';
import { type PreviewStep, previewMail } from '../pipelines/incoming/preview.ts';
import type { Revisit } from '../pipelines/incoming/revisit.ts';
import type { Database } from '../store/database.ts';
import { readOrganizationSettings } from '../store/organization-settings.ts';
import type { RecordOf } from '../tables/catalog.ts';
import type { Connect } from './connectors.ts';

/** What a preview needs beside the mailbox. */
export interface PreviewParts {
  readonly database: Database;
  readonly connect: Connect;
  readonly clock: Clock;
}

/**
 * Connects to the server of a mailbox and tells what would be tracked there, without doing it. The connection is dropped at the end
 * and when the caller stops reading. Throws MailroomError when the mailbox has no profile or the server cannot be read.
 */
export async function* previewMailbox(
  { database, connect, clock }: PreviewParts,
  mailbox: RecordOf<'mailbox'>,
  request: Pick<Revisit, 'kind' | 'since'>,
  signal: AbortSignal,
): AsyncGenerator<PreviewStep> {
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
  try {
    if (connector.retriever === undefined) {
      throw new MailroomError(`Profile "${profile.name ?? ''}" reaches a server from which mail cannot be read.`, {
        code: '8005E228',
        kind: 'configuration',
      });
    }
    const { retriever } = connector;
    yield* previewMail({ database, mailbox, profile, settings, clock, signal, retriever }, request);
  } finally {
    connector.abort();
  }
}
