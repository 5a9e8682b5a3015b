import { access, constants, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { Command } from 'commander';
import { systemClock } from '../../base/clock.ts';
import { asMailroomError, MailroomError } from '../../base/errors.ts';
import { dataFolder, ensureDataFolder } from '../data-folder.ts';
import { openConfiguredDatabase } from '../database-server.ts';
import { type CommandContext, commandContext } from './command-context.ts';
import { printRows } from './output.ts';

interface Finding {
  readonly check: string;
  readonly result: 'ok' | 'warning' | 'problem';
  readonly detail: string;
}

/** `mailroom doctor`: checks what the service needs, and says what to do. Exit code 1 when something is a problem. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('check that the service can run here, and say what to do where it cannot')
    .action(async (_options: unknown, self: Command) => {
      const context = commandContext(self);
      const findings = [
        checkNode(),
        await checkFolder(context),
        await checkPort(context),
        await checkDatabase(context),
      ];
      printRows(
        context.output,
        findings,
        [
          { heading: 'CHECK', cell: (row) => row.check },
          { heading: 'RESULT', cell: (row) => row.result },
          { heading: 'DETAIL', cell: (row) => row.detail },
        ],
        '',
      );
      const problems = findings.filter((finding) => finding.result === 'problem').length;
      if (problems > 0)
        throw new MailroomError(`${problems} problem${problems === 1 ? '' : 's'} found; see above.`, {
          code: 'mr_Doctor',
          kind: 'configuration',
        });
    });
}

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const fits = major > 20 || (major === 20 && minor >= 19);
  return {
    check: 'Node.js',
    result: fits ? 'ok' : 'problem',
    detail: fits ? process.version : `${process.version}; install 20.19 or newer`,
  };
}

async function checkFolder(context: CommandContext): Promise<Finding> {
  const folder = dataFolder(context.loaded.config);
  try {
    ensureDataFolder(folder);
    await access(folder, constants.W_OK);
    const { bavail, bsize } = await statfs(folder);
    const freeMb = Math.floor((bavail * bsize) / 1_048_576);
    return {
      check: 'data folder',
      result: freeMb < 1024 ? 'warning' : 'ok',
      detail: `${folder}, ${freeMb} MB free${freeMb < 1024 ? '; free some space, mail needs it' : ''}`,
    };
  } catch (thrown) {
    return { check: 'data folder', result: 'problem', detail: asMailroomError(thrown).message };
  }
}

function checkPort(context: CommandContext): Promise<Finding> {
  const { host, port } = context.loaded.config;
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) =>
      resolve({
        check: 'port',
        result: 'warning',
        detail: `${host}:${port} is taken (${error.message}); by this service if it runs, else set MAILROOM_PORT`,
      }),
    );
    server.listen(port, host, () =>
      server.close(() => resolve({ check: 'port', result: 'ok', detail: `${host}:${port} is free` })),
    );
  });
}

async function checkDatabase(context: CommandContext): Promise<Finding> {
  try {
    const opened = await openConfiguredDatabase({
      config: context.loaded.config,
      clock: systemClock,
      log: context.log,
      migrate: false,
    });
    const rows = await opened.database.sql<{ version: string }>("select current_setting('server_version') as version");
    await opened.close();
    return { check: 'database', result: 'ok', detail: `${opened.engine} PostgreSQL ${rows[0]?.version ?? ''}` };
  } catch (thrown) {
    return { check: 'database', result: 'problem', detail: asMailroomError(thrown).message };
  }
}
