import { Command } from 'commander';
import { withDatabase } from './command-context.ts';
import { printRows, shownDate } from './output.ts';

interface Applied {
  readonly number: number;
  readonly name: string;
  readonly appliedon: Date;
}

/** `mailroom migrate`: brings the schema up to date and lists the migrations. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('bring the database schema up to date')
    .action((_options: unknown, self: Command) =>
      withDatabase(self, async ({ database, output }) => {
        const applied = await database.sql<Applied>('select number, name, appliedon from mr_migration order by number');
        printRows(
          output,
          applied,
          [
            { heading: 'NUMBER', cell: (row) => String(row.number), align: 'right' },
            { heading: 'NAME', cell: (row) => row.name },
            { heading: 'APPLIED', cell: (row) => shownDate(row.appliedon) },
          ],
          'No migration is applied.',
        );
      }),
    );
}
