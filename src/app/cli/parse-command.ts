import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { mailScorerLine } from '../../formats/mail-scorer-line.ts';
import { startProgress } from './progress.ts';

/** `mailroom parse FILE...`: what Mailroom reads in a message, one JSON line a file. */
export function parseCommand(): Command {
  return new Command('parse')
    .description('print what Mailroom reads in message files, one JSON line a file')
    .argument('<files...>', 'files in RFC 5322 form')
    .action(async (files: readonly string[]) => {
      const progress = startProgress('Reading', files.length, 'files');
      for (const [index, file] of files.entries()) {
        progress.update(index, '');
        process.stdout.write(`${JSON.stringify(mailScorerLine(file, await readFile(file)))}\n`);
      }
      progress.end();
    });
}
