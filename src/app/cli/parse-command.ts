import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { mailScorerLine } from '../../formats/mail-scorer-line.ts';
import { startProgress } from './progress.ts';

/** `mailroom parse FILE...`: what Mailroom reads in a message, one JSON line a file. A file that cannot be read is named, and the others are read all the same. */
export function parseCommand(): Command {
  return new Command('parse')
    .description('print what Mailroom reads in message files, one JSON line a file')
    .argument('<files...>', 'files in RFC 5322 form')
    .action(async (files: readonly string[]) => {
      const progress = startProgress('Reading', files.length, 'files');
      const failures: string[] = [];
      for (const [index, file] of files.entries()) {
        progress.update(index, '');
        try {
          process.stdout.write(`${JSON.stringify(mailScorerLine(file, await readFile(file)))}\n`);
        } catch (thrown) {
          failures.push(`${file}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
        }
      }
      progress.end();
      for (const failure of failures) process.stderr.write(`${failure}\n`);
      if (failures.length > 0) process.exitCode = 1;
    });
}
