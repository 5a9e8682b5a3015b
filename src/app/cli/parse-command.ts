import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { mailScorerLine } from '../../formats/mail-scorer-line.ts';

/** `mailroom parse FILE...`: what Mailroom reads in a message, one JSON line a file. */
export function parseCommand(): Command {
  return new Command('parse')
    .description('print what Mailroom reads in message files, one JSON line a file')
    .argument('<files...>', 'files in RFC 5322 form')
    .action(async (files: readonly string[]) => {
      for (const file of files) {
        process.stdout.write(`${JSON.stringify(mailScorerLine(file, await readFile(file)))}\n`);
      }
    });
}
