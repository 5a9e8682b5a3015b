import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ImapFlow } from 'imapflow';
import { type CyrusPorts, cyrusImapdConf, cyrusMasterConf } from './cyrus-config.ts';
import { cyrusFolder } from './cyrus-folder.ts';
import { freePorts } from './free-port.ts';
import { selfSigned } from './self-signed.ts';

/** A real Cyrus in a temporary folder, with the users it was started with. */
export interface CyrusServer {
  readonly ports: CyrusPorts;
  /** The self-signed certificate for localhost and 127.0.0.1. */
  readonly caPem: string;
  readonly password: string;
  /** A connection as another program has it, signed in; close it with `logout`. */
  connect(user: string): Promise<ImapFlow>;
  stop(): Promise<void>;
}

/** Account for mail when root starts Cyrus: nobody and nogroup. */
const nobodyId = 65534;
const startBudgetMs = 15_000;
const password = 'secret-of-the-tests';
const run = promisify(execFile);

/** Starts Cyrus 3.6 from packages unpacked by scripts/unpack-cyrus.sh; users are names, or whole addresses. Throws when it does not come up. */
export async function startCyrus(users: readonly string[]): Promise<CyrusServer> {
  const programs = cyrusFolder();
  const hasDomains = users.some((user) => user.includes('@'));
  const directory = await mkdtemp(join(tmpdir(), 'mailroom-cyrus-'));
  const [imap = 0, imaps = 0, pop3s = 0, lmtp = 0] = await freePorts(4);
  const ports = { imap, imaps, pop3s, lmtp };
  const libraries = `${programs}/usr/lib/x86_64-linux-gnu:${programs}/lib/x86_64-linux-gnu`;
  const env = { ...process.env, LD_LIBRARY_PATH: libraries };
  const caPem = await prepare(directory, programs, ports, hasDomains);
  for (const user of users) await addUser(directory, programs, user, env);
  await own(directory, ['sasldb2']);
  const options = ['-C', join(directory, 'imapd.conf'), '-M', join(directory, 'cyrus.conf'), '-D'];
  const master = join(programs, 'usr/lib/cyrus/bin/master');
  // A process group of its own: when it ends, the master sends SIGTERM to its whole group, the tests' own processes among them.
  const child = spawn(master, [...options, '-p', join(directory, 'master.pid')], {
    env,
    stdio: 'ignore',
    detached: true,
  });
  try {
    await Promise.all(Object.values(ports).map((port) => answering(port, child)));
  } catch (error) {
    await end(child, directory);
    throw new Error(`Cyrus did not start: ${String(error)}`);
  }
  const connect = async (user: string): Promise<ImapFlow> => {
    const client = new ImapFlow({
      host: 'localhost',
      port: imaps,
      secure: true,
      auth: { user, pass: password },
      tls: { ca: caPem },
      logger: false,
    });
    await client.connect();
    return client;
  };
  return { ports, caPem, password, connect, stop: () => end(child, directory) };
}

async function prepare(directory: string, programs: string, ports: CyrusPorts, hasDomains: boolean): Promise<string> {
  // Of another name than that of other servers: of two trusted authorities with the same name, OpenSSL tries one only.
  const { keyPem, certPem } = selfSigned({ hosts: ['127.0.0.1', 'localhost'] });
  await chmod(directory, 0o755);
  const folders = [
    'conf',
    'spool',
    'sieve',
    ...['db', 'socket', 'proc', 'log', 'msg', 'ptclient'].map((name) => `conf/${name}`),
  ];
  for (const name of folders) await mkdir(join(directory, name), { recursive: true });
  const user = process.getuid?.() === 0 ? 'nobody' : userInfo().username;
  const options = { directory, programs, ports, user, hasDomains };
  await writeFile(join(directory, 'imapd.conf'), cyrusImapdConf(options));
  await writeFile(join(directory, 'cyrus.conf'), cyrusMasterConf(options));
  await writeFile(join(directory, 'cert.pem'), certPem);
  await writeFile(join(directory, 'key.pem'), keyPem, { mode: 0o600 });
  await own(directory, ['', ...folders, 'key.pem']);
  return certPem;
}

async function addUser(directory: string, programs: string, user: string, env: NodeJS.ProcessEnv): Promise<void> {
  const [name = '', domain = 'localhost'] = user.split('@');
  const adding = run(
    join(programs, 'usr/sbin/saslpasswd2'),
    ['-p', '-c', '-u', domain, '-f', join(directory, 'sasldb2'), name],
    { env },
  );
  adding.child.stdin?.end(password);
  await adding;
}

async function own(directory: string, names: readonly string[]): Promise<void> {
  if (process.getuid?.() !== 0) return;
  for (const name of names) await chown(join(directory, name), nobodyId, nobodyId);
}

/** Waits until a server greets on `port`. */
async function answering(port: number, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + startBudgetMs;
  while (!(await accepts(port))) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    if (Date.now() > deadline) throw new Error(`nothing answers on port ${port}`);
    await pause(50);
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

/** Ends the master and what it started, idled included, and removes the folder. */
async function end(child: ChildProcess, directory: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
  const pid = Number.parseInt(await readFile(join(directory, 'conf/idled.pid'), 'utf8').catch(() => ''), 10);
  if (pid > 1) endQuietly(pid);
  await rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

function endQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It has ended already.
  }
}
