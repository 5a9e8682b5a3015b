import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DovecotServer } from '../../testbed/servers/dovecot.ts';
import type { Sample } from '../measure/sample.ts';
import { runProgram } from './run-program.ts';

/** Why mpop has no samples where it is missing. */
export const mpopMissing = 'not installed (apt-get install mpop)';

/** One fetch by mpop into an empty maildir; it flushes each message to the disk before it goes on. */
export async function fetchWithMpop(
  program: string,
  dovecot: DovecotServer,
  user: string,
  folder: string,
  count: number,
): Promise<Sample> {
  for (const name of ['new', 'cur', 'tmp']) mkdirSync(path.join(folder, 'maildir', name), { recursive: true });
  const config = path.join(folder, 'mpoprc');
  const lines = [
    'account bench',
    'host 127.0.0.1',
    `port ${dovecot.ports.pop3}`,
    'tls off',
    'auth user',
    `user ${user}`,
    `password ${dovecot.password}`,
    'keep on',
    `uidls_file ${path.join(folder, 'uidls')}`,
    `delivery maildir ${path.join(folder, 'maildir')}`,
  ];
  writeFileSync(config, `${lines.join('\n')}\n`, { mode: 0o600 });
  const sample = await runProgram(program, ['-C', config, '-q', 'bench'], count);
  const stored = readdirSync(path.join(folder, 'maildir', 'new')).length;
  if (stored !== count) throw new Error(`mpop stored ${stored} of ${count} messages.`);
  return sample;
}
