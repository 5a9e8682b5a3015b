import { MailroomError } from '../base/errors.ts';
import type { Revisit } from '../pipelines/incoming/revisit.ts';
import type { RecordOf } from '../tables/catalog.ts';

/** A revisit as `askRevisit` takes it, after a look at what was asked for (TE-09). Throws 80040203 for a date in the future and for a mailbox without incoming mail. */
export function revisitRequest(
  mailbox: RecordOf<'mailbox'>,
  kind: Revisit['kind'],
  since: Date,
  now: Date,
): Pick<Revisit, 'kind' | 'since' | 'askedOn'> {
  const name = `mailbox "${mailbox.name ?? ''}"`;
  if (since.getTime() > now.getTime()) {
    throw refusal(`The date ${since.toISOString()} lies in the future. Give the date from which on mail is wanted.`);
  }
  if (mailbox.enabledforincomingemail !== true) {
    throw refusal(`Incoming mail of ${name} is not enabled. Run Test & Enable first, then ask again.`);
  }
  return { kind, since, askedOn: now };
}

function refusal(message: string): MailroomError {
  return new MailroomError(message, { code: '80040203', kind: 'item' });
}
