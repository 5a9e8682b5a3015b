import type { RecordOf } from '../../tables/catalog.ts';
import { readActState } from '../act-state.ts';
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
  const state = await readActState(records, mailbox);
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
    'open conflicts': state.conflicts,
    'start date': shownDate(mailbox.mr_actstartdate),
    'first synchronisation': firstRun(mailbox),
    ...state.links,
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

function firstRun(mailbox: RecordOf<'mailbox'>): string {
  if (!mailbox.mr_actfirststartedon) return '';
  const count = `${mailbox.mr_actfirstdone ?? 0} of ${mailbox.mr_actfirsttotal ?? 0}`;
  return mailbox.mr_actfirstcompletedon ? `${count}, done ${shownDate(mailbox.mr_actfirstcompletedon)}` : count;
}
