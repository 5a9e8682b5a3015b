import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { asMailroomError } from '../base/errors.ts';
import { outliveReaders } from './cli/outlive-readers.ts';
import { throwUsage, usageError } from './cli/usage-error.ts';

/** The commands in the order of the help, each with the code it needs: a short command does not wait for the service's. */
const commands = {
  start: async () => (await import('./cli/start-command.ts')).startCommand(),
  worker: async () => (await import('./cli/start-command.ts')).workerCommand(),
  migrate: async () => (await import('./cli/migrate-command.ts')).migrateCommand(),
  demo: async () => (await import('./cli/demo-command.ts')).demoCommand(),
  token: async () => (await import('./cli/token-command.ts')).tokenCommand(),
  user: async () => (await import('./cli/user-command.ts')).userCommand(),
  role: async () => (await import('./cli/role-command.ts')).roleCommand(),
  mailbox: async () => (await import('./cli/mailbox-command.ts')).mailboxCommand(),
  address: async () => (await import('./cli/address-command.ts')).addressCommand(),
  email: async () => (await import('./cli/email-command.ts')).emailCommand(),
  profile: async () => (await import('./cli/profile-command.ts')).profileCommand(),
  organization: async () => (await import('./cli/organization-command.ts')).organizationCommand(),
  status: async () => (await import('./cli/status-command.ts')).statusCommand(),
  doctor: async () => (await import('./cli/doctor-command.ts')).doctorCommand(),
  config: async () => (await import('./cli/config-command.ts')).configCommand(),
  parse: async () => (await import('./cli/parse-command.ts')).parseCommand(),
  explain: async () => (await import('./cli/explain-command.ts')).explainCommand(),
  quarantine: async () => (await import('./cli/quarantine-command.ts')).quarantineCommand(),
  act: async () => (await import('./cli/act-command.ts')).actCommand(),
} satisfies Readonly<Record<string, () => Promise<Command>>>;

type CommandName = keyof typeof commands;

/** Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 not found. */
const exitCodes: Readonly<Record<string, number>> = {
  mr_Usage: 2,
  mr_Configuration: 2,
  mr_DataFolder: 2,
  mr_SecretKeyInvalid: 2,
  mr_NotFound: 3,
  mr_Ambiguous: 3,
};

/** Runs the command line; sets the exit code and writes errors as sentences (or JSON with --json). */
export async function runMain(argv: readonly string[]): Promise<void> {
  outliveReaders();
  const program = new Command('mailroom')
    .description('Server-side synchronization of mail with business records')
    .version(version())
    .option('--json', 'print JSON, for programs');
  for (const name of wanted(argv)) program.addCommand(await commands[name]());
  const isJson = argv.includes('--json');
  throwUsage(program, isJson);
  try {
    await program.parseAsync(argv);
  } catch (thrown) {
    const problem = usageError(thrown);
    if (problem === undefined) return;
    const error = asMailroomError(problem);
    const text = isJson
      ? JSON.stringify({ error: { code: error.code, message: error.message } })
      : `mailroom: ${error.message} (${error.code})`;
    process.stderr.write(`${text}\n`);
    if (error.kind === 'internal' && error.cause instanceof Error) process.stderr.write(`${error.cause.stack}\n`);
    process.exitCode = exitCodes[error.code] ?? 1;
  }
}

/** The command that the first word names; all where it names none (the help), and none for `--version`. */
function wanted(argv: readonly string[]): readonly CommandName[] {
  const [first, ...rest] = argv.slice(2).filter((word) => word !== '--json');
  const names = Object.keys(commands) as CommandName[];
  const named = names.filter((name) => name === first);
  if (named.length > 0) return named;
  return rest.length === 0 && (first === '--version' || first === '-V') ? [] : names;
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
