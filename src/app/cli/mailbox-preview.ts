import { systemClock } from '../../base/clock.ts';
import type { PreviewedMail } from '../../pipelines/incoming/previewed-mail.ts';
import type { Revisit } from '../../pipelines/incoming/revisit.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { createConnect } from '../connectors.ts';
import { createConsentParts } from '../consent-parts.ts';
import { previewMailbox } from '../preview-mailbox.ts';
import type { DatabaseContext } from './command-context.ts';
import { type PrintColumn, printRows, shownDate } from './output.ts';
import { type Progress, startProgress } from './progress.ts';

const words: Readonly<Record<PreviewedMail['verdict'], string>> = {
  tracked: 'would be tracked',
  notTracked: 'not tracked',
  alreadyTracked: 'tracked already',
  decidedBefore: 'decided before',
  quarantined: 'quarantined',
};

const columns: readonly PrintColumn<PreviewedMail>[] = [
  { heading: 'RECEIVED', cell: (mail) => shownDate(mail.receivedOn) },
  { heading: 'FROM', cell: (mail) => mail.sender.slice(0, 40) },
  { heading: 'SUBJECT', cell: (mail) => mail.subject.slice(0, 50) },
  { heading: 'VERDICT', cell: (mail) => words[mail.verdict] },
  { heading: 'REASON', cell: (mail) => mail.reason },
];

/** Prints what would be tracked in a mailbox, message by message, and the sums; nothing is done, here or on the server. */
export async function previewMailboxCommand(
  context: DatabaseContext,
  mailbox: RecordOf<'mailbox'>,
  request: Pick<Revisit, 'kind' | 'since'>,
): Promise<void> {
  const { database, secretBox, loaded, output } = context;
  const connect = createConnect({
    records: database.records,
    secretBox,
    clientName: loaded.config.clientName,
    tokens: createConsentParts(loaded.config, systemClock, { database, secretBox }).tokens,
  });
  const parts = { database, connect, clock: systemClock };
  const mails: PreviewedMail[] = [];
  let progress: Progress | undefined;
  let total = -1;
  let looked = 0;
  try {
    for await (const step of previewMailbox(parts, mailbox, request, new AbortController().signal)) {
      if (step.total !== total) {
        progress?.end();
        progress = startProgress(`Reading ${mailbox.name}`, step.total, 'messages');
        total = step.total;
      }
      mails.push(...step.mails);
      looked = step.done;
      progress?.update(step.done, '');
    }
  } finally {
    progress?.end();
  }
  printRows(output, mails, columns, `No message was received since ${request.since.toISOString()}.`);
  if (output.json) return;
  const counts = Object.entries(words).flatMap(([verdict, text]) => {
    const count = mails.filter((mail) => mail.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${text}`];
  });
  const before = looked - mails.length;
  output.write(`\n${[...counts, ...(before > 0 ? [`${before} from before`] : [])].join(', ')}. Nothing was done.\n`);
}
