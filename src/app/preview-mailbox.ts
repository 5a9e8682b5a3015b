import type { Clock } from '../base/clock.ts';
import { MailroomError } from '../base/errors.ts';
import { type PreviewStep, previewMail } from '../pipelines/incoming/preview.ts';
import type { Revisit } from '../pipelines/incoming/revisit.ts';
import type { Database } from '../store/database.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { connectToMailbox } from './connect-to-mailbox.ts';
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
  parts: PreviewParts,
  mailbox: RecordOf<'mailbox'>,
  request: Pick<Revisit, 'kind' | 'since'>,
  signal: AbortSignal,
): AsyncGenerator<PreviewStep> {
  const { database, clock } = parts;
  const { connector, profile, settings } = await connectToMailbox(parts, mailbox, signal);
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
