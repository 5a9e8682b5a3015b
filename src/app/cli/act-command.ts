import { Command } from 'commander';
import { systemClock } from '../../base/clock.ts';
import { MailroomError } from '../../base/errors.ts';
import { LinkState } from '../../pipelines/synchronization/link.ts';
import { previewAct } from '../../pipelines/synchronization/preview.ts';
import { undoAct } from '../../pipelines/synchronization/undo.ts';
import { giveDefaultFilters } from '../../rules/synchronization-filters.ts';
import { createMailboxLeases } from '../../store/sql-mailbox-leases.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { ActAnswer, ActDeliveryMethod } from '../../tables/choices.ts';
import { withActPort } from '../with-act-port.ts';
import { actStatus } from './act-status.ts';
import { type DatabaseContext, withDatabase } from './command-context.ts';
import { findMailbox } from './find-mailbox.ts';
import { printRecord, printRows } from './output.ts';

type Mailbox = RecordOf<'mailbox'>;
type Work = (context: DatabaseContext, mailbox: Mailbox, ...more: readonly string[]) => Promise<void>;

/** `mailroom act status|preview|answer|resync|unlink|filters|undo`. */
export function actCommand(): Command {
  const command = new Command('act').description('appointments, contacts and tasks of a mailbox');
  const add = (usage: string, description: string, work: Work): void => {
    command
      .command(usage)
      .description(description)
      .action((...given: readonly unknown[]) => {
        const self = given.at(-1) as Command;
        const [wanted = '', ...more] = self.args;
        return withDatabase(self, async (context) =>
          work(context, await findMailbox(context.database, wanted), ...more),
        );
      });
  };
  add('status <mailbox>', 'links, what failed and when it is tried again, open questions', actStatus);
  add('preview <mailbox>', 'connect and tell what the next cycle would do, without doing it', preview);
  add('answer <mailbox> <go-ahead|keep>', 'answer the question of a mass change', answer);
  add('resync <mailbox>', 'compare everything that is linked anew, and try what failed at once', resync);
  add('unlink <mailbox> <record>', 'cut the tie of one record (its id); record and item stay', unlink);
  add('filters <mailbox>', "give the mailbox's user the default filters in place of the own ones", resetFilters);
  add('undo <mailbox>', 'delete the items that were made and nobody changed, and cut every tie', undo);
  return command;
}

async function preview(context: DatabaseContext, mailbox: Mailbox): Promise<void> {
  const folders = await withActPort(context, mailbox, (turn, parts, port) => previewAct(turn, parts, port));
  printRows(
    context.output,
    folders,
    [
      { heading: 'FOLDER', cell: (row) => row.folder },
      { heading: 'LINKED', cell: (row) => String(row.linked), align: 'right' },
      { heading: 'NEW ITEMS', cell: (row) => String(row.createItems), align: 'right' },
      { heading: 'NEW RECORDS', cell: (row) => String(row.createRecords), align: 'right' },
      { heading: 'COMPARED', cell: (row) => String(row.merge), align: 'right' },
      { heading: 'ITEMS DELETED', cell: (row) => String(row.deleteItems), align: 'right' },
      { heading: 'RECORDS DELETED', cell: (row) => String(row.deleteRecords), align: 'right' },
      { heading: 'UNLINKED', cell: (row) => String(row.unlink), align: 'right' },
      { heading: 'ASKS', cell: (row) => row.asks ?? '' },
    ],
    'Nothing is synchronised.',
  );
}

async function answer(context: DatabaseContext, mailbox: Mailbox, given = ''): Promise<void> {
  const value = { 'go-ahead': ActAnswer.goAhead, keep: ActAnswer.keep }[given];
  if (value === undefined) throw usage(`"${given}" is no answer. Give "go-ahead" or "keep".`);
  if (!mailbox.mr_actquestion) throw usage(`Mailbox "${mailbox.name}" asks nothing.`);
  await context.database.records.update('mailbox', mailbox.mailboxid ?? '', { mr_actanswer: value });
  await wake(context, mailbox);
  printRecord(context.output, { mailbox: mailbox.name, question: mailbox.mr_actquestion, answer: given });
}

async function resync(context: DatabaseContext, mailbox: Mailbox): Promise<void> {
  const of = { column: 'mr_mailboxid', operator: 'eq', value: mailbox.mailboxid ?? '' } as const;
  const state = { column: 'mr_linkstate', operator: 'eq', value: LinkState.linked } as const;
  const links = await context.database.records.updateWhere(
    'exchangesyncidmapping',
    { and: [of, state] },
    { mr_changekey: null, mr_recordversion: null, retries: 0, mr_nexttryon: null },
  );
  await context.database.records.updateWhere('exchangesyncidmapping', of, { retries: 0, mr_nexttryon: null });
  await wake(context, mailbox);
  printRecord(context.output, { mailbox: mailbox.name, 'links to compare': links });
}

async function unlink(context: DatabaseContext, mailbox: Mailbox, record = ''): Promise<void> {
  const cut = await context.database.records.updateWhere(
    'exchangesyncidmapping',
    {
      and: [
        { column: 'mr_mailboxid', operator: 'eq', value: mailbox.mailboxid ?? '' },
        { column: 'objectid', operator: 'eq', value: record },
      ],
    },
    { mr_linkstate: LinkState.untracked, isunlinkedincrm: true, mr_pending: null, mr_ismarked: false },
  );
  if (cut === 0) throw usage(`Record ${record} is not linked in mailbox "${mailbox.name}".`);
  printRecord(context.output, { mailbox: mailbox.name, record, unlinked: true });
}

async function resetFilters(context: DatabaseContext, mailbox: Mailbox): Promise<void> {
  const owner = mailbox.regardingobjectid;
  if (owner?.table !== 'systemuser') throw usage(`Mailbox "${mailbox.name}" does not belong to a user.`);
  const filters = await context.database.transaction((scope) => giveDefaultFilters(scope.records, owner.id, true));
  printRecord(context.output, { mailbox: mailbox.name, filters });
}

async function undo(context: DatabaseContext, mailbox: Mailbox): Promise<void> {
  if (mailbox.actdeliverymethod === ActDeliveryMethod.serverSide && mailbox.enabledforact)
    throw usage(
      `Mailbox "${mailbox.name}" is being synchronised. Set its actdeliverymethod to 2 (None) first; otherwise the next cycle makes the items again.`,
    );
  const done = await withActPort(context, mailbox, (turn, _parts, port) =>
    undoAct(context.database, port, mailbox.mailboxid ?? '', turn.signal),
  );
  printRecord(context.output, { mailbox: mailbox.name, 'items deleted': done.deleted, 'items kept': done.kept });
}

async function wake(context: DatabaseContext, mailbox: Mailbox): Promise<void> {
  if (mailbox.enabledforact)
    await createMailboxLeases(context.database).schedule(mailbox.mailboxid ?? '', 'act', systemClock.now());
}

const usage = (message: string): MailroomError => new MailroomError(message, { code: 'mr_Usage', kind: 'item' });
