import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chooseDovecotConfig } from './choose-dovecot-config.ts';
import type { DovecotPorts } from './dovecot-config.ts';
import { findBinary } from './find-binary.ts';
import { freePorts } from './free-port.ts';
import { selfSigned } from './self-signed.ts';

export interface DovecotOptions {
  /** RFC 7662 introspection address; switches XOAUTH2 and OAUTHBEARER on. */
  readonly introspectionUrl?: string;
  /** Simultaneous connections to allow; 200 unless told otherwise. */
  readonly maxConnections?: number;
  /** Further configuration lines. */
  readonly extra?: string;
}

/** A message file of the Maildir. */
export interface StoredMessage {
  readonly fileName: string;
  /** Maildir flags, `S` for seen; empty for a new message. */
  readonly flags: string;
  readonly raw: Buffer;
}

/** A real Dovecot in a temporary folder: any user name signs in with `password`. */
export interface DovecotServer {
  readonly host: string;
  readonly ports: DovecotPorts;
  /** The self-signed certificate for localhost and 127.0.0.1. */
  readonly caPem: string;
  readonly password: string;
  readonly directory: string;
  /** Puts a message into the user's inbox, as is; in the order of the calls. */
  addMessage(user: string, raw: Uint8Array): Promise<void>;
  /** What the inbox, or another folder, holds, oldest first. */
  listMessages(user: string, folder?: string): Promise<StoredMessage[]>;
  /** Gives the user's inbox a new UIDVALIDITY and its messages other UIDs, as a restored backup does; nobody may be reading it. */
  renumber(user: string): Promise<void>;
  /** The server's log so far. */
  readLog(): Promise<string>;
  /** Ends the server and removes its folder. */
  stop(): Promise<void>;
}

/** Account for mail when root starts Dovecot, which refuses to work for root: nobody and nogroup. */
const nobodyId = 65534;
const startBudgetMs = 10_000;

/** Starts Dovecot 2.3 or 2.4 (Debian: dovecot-core dovecot-imapd dovecot-pop3d dovecot-lmtpd); throws with its log when it does not come up. */
export async function startDovecot(options: DovecotOptions = {}): Promise<DovecotServer> {
  const binary = findBinary('dovecot');
  if (binary === undefined) throw new Error('dovecot is not installed; see serverSkip in require-server.ts.');
  const directory = await mkdtemp(join(tmpdir(), 'mailroom-dovecot-'));
  for (let attempt = 1; ; attempt += 1) {
    const [pop3 = 0, pop3s = 0, imap = 0, imaps = 0, lmtp = 0] = await freePorts(5);
    const ports = { pop3, pop3s, imap, imaps, lmtp };
    const caPem = await prepare(binary, directory, ports, options);
    const child = spawn(binary, ['-F', '-c', join(directory, 'dovecot.conf')], { stdio: 'ignore' });
    try {
      await Promise.all(Object.values(ports).map((port) => answering(port, child)));
      return handle(directory, ports, caPem, child);
    } catch (error) {
      await end(child);
      const log = await readFile(join(directory, 'dovecot.log'), 'utf8').catch(() => '');
      if (attempt < 3 && log.includes('Address already in use')) continue;
      await rm(directory, { recursive: true, force: true });
      throw new Error(`Dovecot did not start (${String(error)}). Its log:\n${log}`);
    }
  }
}

async function prepare(
  binary: string,
  directory: string,
  ports: DovecotPorts,
  options: DovecotOptions,
): Promise<string> {
  const { keyPem, certPem } = selfSigned();
  const asRoot = process.getuid?.() === 0;
  const me = userInfo();
  await chmod(directory, 0o755);
  await mkdir(join(directory, 'mail'), { recursive: true });
  if (asRoot) await chown(join(directory, 'mail'), nobodyId, nobodyId);
  await writeFile(join(directory, 'cert.pem'), certPem);
  await writeFile(join(directory, 'key.pem'), keyPem, { mode: 0o600 });
  const version = execFileSync(binary, ['--version'], { encoding: 'utf8' });
  const config = chooseDovecotConfig(version)({
    directory,
    ports,
    password,
    mailUid: asRoot ? nobodyId : me.uid,
    mailGid: asRoot ? nobodyId : me.gid,
    ownAccount: asRoot
      ? undefined
      : { user: me.username, group: execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim() },
    introspectionUrl: options.introspectionUrl,
    maxConnections: options.maxConnections ?? 200,
    extra: options.extra,
  });
  await writeFile(join(directory, 'dovecot.conf'), config);
  await writeFile(
    join(directory, 'oauth2.conf.ext'),
    `introspection_mode = post\nintrospection_url = ${options.introspectionUrl ?? ''}\nusername_attribute = username\nactive_attribute = active\nactive_value = true\n`,
  );
  return certPem;
}

const password = 'secret-of-the-tests';

function handle(directory: string, ports: DovecotPorts, caPem: string, child: ChildProcess): DovecotServer {
  let counter = 0;
  const ready = new Set<string>();
  const maildir = (user: string) => join(directory, 'mail', user, 'Maildir');
  return {
    host: '127.0.0.1',
    ports,
    caPem,
    password,
    directory,
    addMessage: async (user, raw) => {
      if (!ready.has(user)) await makeMaildir(join(directory, 'mail', user));
      ready.add(user);
      counter += 1;
      // Dovecot numbers new files by name, so a growing name keeps the order of the calls.
      const name = `${Math.floor(Date.now() / 1000)}.M${String(counter).padStart(8, '0')}.localhost`;
      const temporary = join(maildir(user), 'tmp', name);
      await writeFile(temporary, raw);
      if (process.getuid?.() === 0) await chown(temporary, nobodyId, nobodyId);
      await rename(temporary, join(maildir(user), 'new', name));
    },
    listMessages: async (user, folder) => {
      const root = folder === undefined ? maildir(user) : join(maildir(user), `.${folder}`);
      const found: StoredMessage[] = [];
      for (const part of ['new', 'cur']) {
        const names = await readdir(join(root, part)).catch(() => []);
        for (const fileName of names) {
          const raw = await readFile(join(root, part, fileName));
          found.push({ fileName, flags: fileName.split(':2,')[1] ?? '', raw });
        }
      }
      return found.sort((a, b) => (a.fileName < b.fileName ? -1 : 1));
    },
    renumber: (user) => renumber(maildir(user)),
    readLog: () => readFile(join(directory, 'dovecot.log'), 'utf8'),
    stop: async () => {
      await end(child);
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function renumber(folder: string): Promise<void> {
  const list = join(folder, 'dovecot-uidlist');
  const uidValidity = Number(/ V(\d+)/.exec(await readFile(list, 'latin1'))?.[1]);
  for (const name of await readdir(folder))
    if (name.startsWith('dovecot')) await rm(join(folder, name), { recursive: true });
  await writeFile(list, `3 V${uidValidity + 1} N1000 G${randomBytes(16).toString('hex')}\n`);
  if (process.getuid?.() === 0) await chown(list, nobodyId, nobodyId);
}

async function makeMaildir(home: string): Promise<void> {
  const folders = [home, join(home, 'Maildir'), ...['new', 'cur', 'tmp'].map((name) => join(home, 'Maildir', name))];
  for (const folder of folders) {
    await mkdir(folder, { recursive: true });
    if (process.getuid?.() === 0) await chown(folder, nobodyId, nobodyId);
  }
}

/** Waits until something accepts connections on `port`. */
async function answering(port: number, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + startBudgetMs;
  while (!(await accepts(port))) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    if (Date.now() > deadline) throw new Error(`nothing answers on port ${port}`);
    await pause(20);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
