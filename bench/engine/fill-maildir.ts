import { chownSync, linkSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { DovecotServer } from '../../testbed/servers/dovecot.ts';

/** Links files as new messages, in their order and after the `before` that are there, into the inbox of a user. The files come to belong to Dovecot's mail account. */
export function fillMaildir(dovecot: DovecotServer, user: string, files: readonly string[], before = 0): void {
  const mail = path.join(dovecot.directory, 'mail');
  const { uid, gid } = statSync(mail);
  const home = path.join(mail, user);
  const maildir = path.join(home, 'Maildir');
  for (const folder of [home, maildir, ...['new', 'cur', 'tmp'].map((name) => path.join(maildir, name))]) {
    mkdirSync(folder, { recursive: true });
    chownSync(folder, uid, gid);
  }
  files.forEach((file, index) => {
    chownSync(file, uid, gid);
    linkSync(file, path.join(maildir, 'new', `1767600000.M${String(before + index + 1).padStart(8, '0')}.localhost`));
  });
}
