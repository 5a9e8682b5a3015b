import type { Command } from 'commander';
import { systemClock } from '../../base/clock.ts';
import { MailroomError } from '../../base/errors.ts';
import { createLog, type Log } from '../../base/log.ts';
import { bootstrap, type Organization } from '../bootstrap.ts';
import { type LoadedConfig, loadConfig } from '../config.ts';
import { type OpenedDatabase, openConfiguredDatabase } from '../database-server.ts';
import type { Output } from './output.ts';

/** What a command works with. */
export interface CommandContext {
  readonly loaded: LoadedConfig;
  readonly output: Output;
  readonly log: Log;
}

/** What a command that reads or writes records works with. */
export interface DatabaseContext extends CommandContext, OpenedDatabase {
  readonly organization: Organization;
}

/** Configuration and output of a command; `--json` may stand on any level. */
export function commandContext(command: Command): CommandContext {
  const loaded = loadConfig();
  const options: { readonly json?: boolean } = command.optsWithGlobals();
  return {
    loaded,
    output: { json: options.json === true, write: (text) => void process.stdout.write(text) },
    log: createLog(loaded.config.logLevel === 'info' ? 'warn' : loaded.config.logLevel),
  };
}

/** Runs `work` with the database open; a service that runs beside it keeps its embedded server. */
export async function withDatabase(command: Command, work: (context: DatabaseContext) => Promise<void>): Promise<void> {
  const context = commandContext(command);
  const opened = await openConfiguredDatabase({
    config: context.loaded.config,
    clock: systemClock,
    log: context.log,
    migrate: true,
  });
  try {
    const organization = await bootstrap(opened.database, systemClock);
    await work({ ...context, ...opened, organization });
  } finally {
    await opened.close();
  }
}

/** The one row that `wanted` names by id, name or address. Throws `mr_NotFound` or `mr_Ambiguous` with the choices. */
export function pickOne<Row>(
  rows: readonly Row[],
  wanted: string,
  what: string,
  namesOf: (row: Row) => readonly (string | null | undefined)[],
): Row {
  const lower = wanted.toLowerCase();
  const matches = rows.filter((row) => namesOf(row).some((name) => name?.toLowerCase() === lower));
  const [only] = matches;
  if (matches.length === 1 && only !== undefined) return only;
  const known = rows.slice(0, 10).map((row) => namesOf(row).find(Boolean) ?? '');
  const message =
    matches.length === 0
      ? `There is no ${what} "${wanted}". Known are: ${known.join(', ') || '(none)'}.`
      : `"${wanted}" names ${matches.length} ${what}s. Give the id instead.`;
  throw new MailroomError(message, { code: matches.length === 0 ? 'mr_NotFound' : 'mr_Ambiguous', kind: 'notFound' });
}
