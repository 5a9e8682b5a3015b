import { type Command, CommanderError } from 'commander';
import { MailroomError } from '../../base/errors.ts';

/** Has a command and all below it throw what is wrong with their usage, which is told once, as every error is; without a command the help comes first, where people read. */
export function throwUsage(command: Command, isJson: boolean): void {
  command.exitOverride().configureOutput({
    outputError: () => undefined,
    ...(isJson && { writeErr: () => undefined }),
  });
  for (const below of command.commands) throwUsage(below, isJson);
}

/** What was thrown about the usage, as `mr_Usage`; nothing where help or version was asked for; anything else as it is. */
export function usageError(thrown: unknown): unknown {
  if (!(thrown instanceof CommanderError)) return thrown;
  if (thrown.exitCode === 0) return undefined;
  const said = thrown.code === 'commander.help' ? 'A command is missing' : sentence(thrown.message);
  return new MailroomError(`${said}. With --help the commands and options are listed.`, {
    code: 'mr_Usage',
    kind: 'configuration',
  });
}

/** `error: unknown option '--x'` and a guess in a line below it, in one sentence without its full stop. */
function sentence(message: string): string {
  const words = message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
