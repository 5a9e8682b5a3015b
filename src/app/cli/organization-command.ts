import { Command } from 'commander';
import { systemClock } from '../../base/clock.ts';
import { markDatabase } from '../../store/database-mark.ts';
import { createMailboxLeases } from '../../store/sql-mailbox-leases.ts';
import { type DatabaseContext, withDatabase } from './command-context.ts';
import { printRecord } from './output.ts';
import { withRuledStore } from './with-ruled-store.ts';

/** `mailroom organization show|hold|release`. */
export function organizationCommand(): Command {
  const command = new Command('organization').description('hold everything that goes to mail servers, or release it');
  command
    .command('show')
    .description('whether mail is exchanged, or why not')
    .action((_options: unknown, self: Command) => withDatabase(self, show));
  command
    .command('hold')
    .description('fetch and send nothing and call no webhook from now on, for example on a test copy')
    .option('--reason <words>', 'why, in a sentence; shown wherever something waits for it')
    .action((options: { readonly reason?: string }, self: Command) =>
      withDatabase(self, (context) => setHeld(context, true, options.reason)),
    );
  command
    .command('release')
    .description('exchange mail again: this database is the one that should')
    .action((_options: unknown, self: Command) => withDatabase(self, (context) => setHeld(context, false)));
  return command;
}

async function setHeld(context: DatabaseContext, isHeld: boolean, reason?: string): Promise<void> {
  const { database, organization } = context;
  const { organizationid, administratorId } = organization;
  await withRuledStore(context, 'incoming', (store) =>
    store.update('organization', organizationid, { mr_held: isHeld }),
  );
  if (isHeld && reason) {
    await database.records
      .as(administratorId)
      .update('organization', organizationid, { mr_heldreason: reason.slice(0, 1000) });
  }
  // Whoever releases a copy before its first start has said that it is none.
  if (!isHeld) await database.transaction(markDatabase);
  await createMailboxLeases(database).reconcile(systemClock.now());
  await show(context);
}

async function show({ database, organization, output }: DatabaseContext): Promise<void> {
  const row = await database.records.retrieve('organization', organization.organizationid, [
    'name',
    'mr_held',
    'mr_heldreason',
  ]);
  printRecord(output, {
    name: row?.name ?? '',
    held: row?.mr_held === true,
    reason: row?.mr_heldreason ?? '',
  });
}
