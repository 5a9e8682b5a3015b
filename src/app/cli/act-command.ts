import { Command } from 'commander';
import { systemClock } from '../../base/clock.ts';
import { MailroomError } from '../../base/errors.ts';
import { previewAct } from '../../pipelines/synchronization/preview.ts';
import { undoAct } from '../../pipelines/synchronization/undo.ts';
import { giveDefaultFilters } from '../../rules/synchronization-filters.ts';
import { createMailboxLeases } from '../../store/sql-mailbox-leases.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { type ActOperationParts, answerQuestion, checkMayUndo, resyncMailbox, unlinked } from '../act-operations.ts';
import { createConnect } from '../connectors.ts';
import { type ActAccess, withActPort } from '../with-act-port.ts';
import { startAct } from './act-start.ts';
import { actStatus } from './act-status.ts';
import { type DatabaseContext, withDatabase } from './command-context.ts';
import { findMailbox } from './find-mailbox.ts';
import { printRecord, printRows } from './output.ts';

type Mailbox = RecordOf<'mailbox'>;
type Work = (context: DatabaseContext, mailbox: Mailbox, ...more: readonly string[]) => Promise<void>;

/** `mailroom act status|preview|start|answer|resync|unlink|filters|undo`. */
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
  add('start <mailbox> <date|all>', 'say from when on records are carried, and begin the first synchronisation', start);
  add('answer <mailbox> <go-ahead|keep>', 'answer the question of a mass change', answer);
  add('resync <mailbox>', 'compare everything that is linked anew, and try what failed at once', resync);
  add('unlink <mailbox> <record>', 'cut the tie of one record (its id); record and item stay', unlink);
  add('filters <mailbox>', "give the mailbox's user the default filters in place of the own ones", resetFilters);
  add('undo <mailbox>', 'delete the items that were made and nobody changed, and cut every tie', undo);
  return command;
}

async function preview(context: DatabaseContext, mailbox: Mailbox): Promise<void> {
  const folders = await withActPort(access(context), mailbox, new AbortController().signal, previewAct);
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

const start: Work = (context, mailbox, from = '') => startAct(context, parts(context), mailbox, from);

async function answer(context: DatabaseContext, mailbox: Mailbox, given = ''): Promise<void> {
  await answerQuestion(parts(context), mailbox, given);
  printRecord(context.output, { mailbox: mailbox.name, question: mailbox.mr_actquestion, answer: given });
}

async function resync(context: DatabaseContext, mailbox: Mailbox): Promise<void> {
  const links = await resyncMailbox(parts(context), mailbox);
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
    unlinked,
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
  checkMayUndo(mailbox);
  const done = await withActPort(access(context), mailbox, new AbortController().signal, (turn, _parts, port) =>
    undoAct(context.database, port, mailbox.mailboxid ?? '', turn.signal),
  );
  printRecord(context.output, { mailbox: mailbox.name, 'items deleted': done.deleted, 'items kept': done.kept });
}

const parts = ({ database }: DatabaseContext): ActOperationParts => ({
  database,
  leases: createMailboxLeases(database),
  now: systemClock.now(),
});

const access = ({ database, secretBox, loaded, log }: DatabaseContext): ActAccess => ({
  database,
  connect: createConnect({ records: database.records, secretBox, clientName: loaded.config.clientName }),
  clock: systemClock,
  log,
});

const usage = (message: string): MailroomError => new MailroomError(message, { code: 'mr_Usage', kind: 'item' });
