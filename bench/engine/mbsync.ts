import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DovecotServer } from '../../testbed/servers/dovecot.ts';
import type { Sample } from '../measure/sample.ts';
import { runProgram } from './run-program.ts';

/** Why mbsync has no samples where it is missing. */
export const mbsyncMissing = 'not installed (apt-get install isync)';

/** One fetch by mbsync into an empty maildir, as it works when nothing is set: it flushes what it stores to the disk. */
export async function fetchWithMbsync(
  program: string,
  dovecot: DovecotServer,
  user: string,
  folder: string,
  count: number,
): Promise<Sample> {
  const near = path.join(folder, 'mail');
  mkdirSync(near, { recursive: true });
  const config = path.join(folder, 'mbsyncrc');
  const lines = [
    'IMAPAccount bench',
    'Host 127.0.0.1',
    `Port ${dovecot.ports.imap}`,
    `User ${user}`,
    `Pass ${dovecot.password}`,
    'SSLType None',
    'AuthMechs LOGIN',
    '',
    'IMAPStore far',
    'Account bench',
    '',
    'MaildirStore near',
    `Path ${near}/`,
    `Inbox ${near}/inbox`,
    '',
    'Channel bench',
    'Far :far:',
    'Near :near:',
    'Patterns INBOX',
    'Sync Pull',
    'Create Near',
    'SyncState *',
  ];
  writeFileSync(config, `${lines.join('\n')}\n`, { mode: 0o600 });
  const sample = await runProgram(program, ['-c', config, '-q', 'bench'], count);
  const inbox = path.join(near, 'inbox');
  const stored = ['new', 'cur'].flatMap((name) => readdirSync(path.join(inbox, name))).length;
  if (stored !== count) throw new Error(`mbsync stored ${stored} of ${count} messages.`);
  return sample;
}
