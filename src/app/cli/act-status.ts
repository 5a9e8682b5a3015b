import { LinkState } from '../../pipelines/synchronization/link.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import type { DatabaseContext } from './command-context.ts';
import { choiceLabel } from './labels.ts';
import { printRecord, printRows, shownDate } from './output.ts';

type Link = RecordOf<'exchangesyncidmapping'>;

/** Most failing links that are listed. */
const mostListed = 50;

/** Prints how many records of a mailbox are linked, in which state, what failed and when it is tried again. */
export async function actStatus(context: DatabaseContext, mailbox: RecordOf<'mailbox'>): Promise<void> {
  const { records } = context.database;
  const of = { column: 'mr_mailboxid', operator: 'eq', value: mailbox.mailboxid ?? '' } as const;
  const counts: Record<string, number> = {};
  for (const state of Object.values(LinkState)) {
    const count = await records.count('exchangesyncidmapping', {
      and: [of, { column: 'mr_linkstate', operator: 'eq', value: state }],
    });
    if (count > 0) counts[choiceLabel('exchangesyncidmapping', 'mr_linkstate', state)] = count;
  }
  const failing = await records.retrieveMultiple({
    table: 'exchangesyncidmapping',
    filter: { and: [of, { column: 'retries', operator: 'gt', value: 0 }] },
    orderBy: [{ column: 'lastsyncerroroccurredon', descending: true }],
    limit: mostListed,
  });
  const summary = {
    mailbox: mailbox.name,
    address: mailbox.emailaddress,
    enabled: mailbox.enabledforact === true,
    status: choiceLabel('mailbox', 'actstatus', mailbox.actstatus),
    'last error': mailbox.lastsyncerror,
    question: mailbox.mr_actquestion,
    answer: mailbox.mr_actanswer == null ? '' : choiceLabel('mailbox', 'mr_actanswer', mailbox.mr_actanswer),
    ...counts,
  };
  if (context.output.json) {
    printRecord(context.output, { ...summary, failing: failing.rows });
    return;
  }
  printRecord(context.output, summary);
  context.output.write('\n');
  printRows<Link>(
    context.output,
    failing.rows,
    [
      { heading: 'FOLDER', cell: (row) => row.mr_foldername ?? '' },
      { heading: 'SUBJECT', cell: (row) => (row.itemsubject ?? '').slice(0, 40) },
      { heading: 'TRIES', cell: (row) => String(row.retries ?? 0), align: 'right' },
      { heading: 'NEXT TRY', cell: (row) => shownDate(row.mr_nexttryon) },
      { heading: 'LAST ERROR', cell: (row) => (row.lastsyncerror ?? '').slice(0, 120) },
    ],
    'Nothing failed.',
  );
}
