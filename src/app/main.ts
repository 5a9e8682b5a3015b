import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { asMailroomError } from '../base/errors.ts';
import { actCommand } from './cli/act-command.ts';
import { addressCommand } from './cli/address-command.ts';
import { configCommand } from './cli/config-command.ts';
import { demoCommand } from './cli/demo-command.ts';
import { doctorCommand } from './cli/doctor-command.ts';
import { emailCommand } from './cli/email-command.ts';
import { explainCommand } from './cli/explain-command.ts';
import { mailboxCommand } from './cli/mailbox-command.ts';
import { migrateCommand } from './cli/migrate-command.ts';
import { organizationCommand } from './cli/organization-command.ts';
import { parseCommand } from './cli/parse-command.ts';
import { profileCommand } from './cli/profile-command.ts';
import { quarantineCommand } from './cli/quarantine-command.ts';
import { roleCommand } from './cli/role-command.ts';
import { startCommand, workerCommand } from './cli/start-command.ts';
import { statusCommand } from './cli/status-command.ts';
import { tokenCommand } from './cli/token-command.ts';
import { userCommand } from './cli/user-command.ts';

/** Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 not found. */
const exitCodes: Readonly<Record<string, number>> = { mr_Configuration: 2, mr_NotFound: 3, mr_Ambiguous: 3 };

/** Runs the command line; sets the exit code and writes errors as sentences (or JSON with --json). */
export async function runMain(argv: readonly string[]): Promise<void> {
  const program = new Command('mailroom')
    .description('Server-side synchronization of mail with business records')
    .version(version())
    .option('--json', 'print JSON, for programs')
    .showHelpAfterError('(mailroom --help lists the commands)');
  const commands = [
    startCommand,
    workerCommand,
    migrateCommand,
    demoCommand,
    tokenCommand,
    userCommand,
    roleCommand,
    mailboxCommand,
    addressCommand,
    emailCommand,
    profileCommand,
    organizationCommand,
    statusCommand,
    doctorCommand,
    configCommand,
    parseCommand,
    explainCommand,
    quarantineCommand,
    actCommand,
  ];
  for (const command of commands) program.addCommand(command());
  try {
    await program.parseAsync(argv);
  } catch (thrown) {
    const error = asMailroomError(thrown);
    const text = argv.includes('--json')
      ? JSON.stringify({ error: { code: error.code, message: error.message } })
      : `mailroom: ${error.message} (${error.code})`;
    process.stderr.write(`${text}\n`);
    if (error.kind === 'internal' && error.cause instanceof Error) process.stderr.write(`${error.cause.stack}\n`);
    process.exitCode = exitCodes[error.code] ?? 1;
  }
}

function version(): string {
  for (const up of ['../../package.json', '../../../package.json']) {
    try {
      const manifest = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as {
        name?: string;
        version?: string;
      };
      if (manifest.name === 'mailroom') return manifest.version ?? '';
    } catch {
      // dist lies one folder deeper than src.
    }
  }
  return '';
}
