import { chownSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { DovecotServer } from '../../../testbed/servers/dovecot.ts';

/** Configuration lines that make Dovecot write down every IMAP command, for folders made by `keepCommandLog`. */
export const commandLogSettings = 'protocol imap {\n  rawlog_dir = %h/rawlog\n}';

/** What a client said to Dovecot, by user. */
export interface CommandLog {
  /** Lines of commands since the last call, in order. */
  take(): readonly string[];
}

/** Begins the log of a user whose Maildir exists. */
export function keepCommandLog(server: DovecotServer, user: string): CommandLog {
  const folder = path.join(server.directory, 'mail', user, 'rawlog');
  mkdirSync(folder, { recursive: true });
  if (process.getuid?.() === 0) chownSync(folder, 65534, 65534);
  return {
    take: () => {
      const names = readdirSync(folder)
        .filter((name) => name.endsWith('.in'))
        .sort();
      const lines = names.flatMap((name) => readFileSync(path.join(folder, name), 'latin1').split('\r\n'));
      for (const name of readdirSync(folder)) rmSync(path.join(folder, name));
      // Each line begins with the time it came.
      return lines.filter((line) => line !== '').map((line) => line.replace(/^[\d.]+ /, ''));
    },
  };
}
