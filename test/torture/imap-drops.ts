import { readdirSync } from 'node:fs';
import path from 'node:path';
import { startDovecot } from '../../testbed/servers/dovecot.ts';
import type { StartDrops } from './torture-drops.ts';

/** Maildrops of a real Dovecot, read by IMAP. */
export const imapDrops: StartDrops = async () => {
  const dovecot = await startDovecot();
  let delivering: Promise<void> = Promise.resolve();
  const count = (address: string, part: string): number =>
    readdirSync(path.join(dovecot.directory, 'mail', address, 'Maildir', part)).length;
  return {
    line: 'imap',
    servertype: 4,
    password: dovecot.password,
    port: dovecot.ports.imap,
    deliver: (address, raw) => {
      delivering = delivering.then(() => dovecot.addMessage(address, raw));
    },
    left: (address) => count(address, 'new') + count(address, 'cur'),
    // A maildrop that was never opened has no numbers yet.
    renumber: (address) => delivering.then(() => dovecot.renumber(address)).catch(() => undefined),
    stop: () => delivering.then(() => dovecot.stop()),
  };
};
