import { Command } from 'commander';
import { commandContext } from './command-context.ts';
import { printRows } from './output.ts';

/** `mailroom config`: the settings in force, secrets masked. */
export function configCommand(): Command {
  return new Command('config')
    .description('the settings in force, secrets masked')
    .action((_options: unknown, self: Command) => {
      const { output, loaded } = commandContext(self);
      printRows(
        output,
        loaded.settings,
        [
          { heading: 'VARIABLE', cell: (row) => row.variable },
          { heading: 'VALUE', cell: (row) => row.value },
          { heading: 'FROM', cell: (row) => row.source },
          { heading: 'MEANING', cell: (row) => row.meaning },
        ],
        '',
      );
    });
}
