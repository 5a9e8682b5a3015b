import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findBinary } from './find-binary.ts';
import { freePort } from './free-port.ts';
import { mainCf, masterCf, type PostfixOptions } from './postfix-config.ts';
import { selfSigned } from './self-signed.ts';

export interface Postfix {
  readonly port: number;
  /** The certificate to trust, when TLS is on. */
  readonly caPem: string | undefined;
  /** Tries everything in the queue again now. */
  flush(): Promise<void>;
  /** Everything Postfix logged so far. */
  log(): Promise<string>;
  stop(): Promise<void>;
}

const run = promisify(execFile);
const attempts = 3;

/** Starts a Postfix of its own folder, ports and queue; root only (see `serverSkip('postfix', ...)`). */
export async function startPostfix(options: PostfixOptions): Promise<Postfix> {
  for (let attempt = 1; ; attempt += 1) {
    const folder = await mkdtemp(join(tmpdir(), 'mailroom-postfix-'));
    try {
      return await startIn(folder, options);
    } catch (error) {
      const log = await readFile(join(folder, 'log', 'mail.log'), 'utf8').catch(() => '');
      await stop(folder);
      if (attempt === attempts) throw new Error(`Postfix did not start: ${String(error)}\n${log}`);
    }
  }
}

async function startIn(folder: string, options: PostfixOptions): Promise<Postfix> {
  const port = await freePort();
  const caPem = await writeFolder(folder, port, options);
  await postfix(folder, 'start');
  await untilListening(port);
  return {
    port,
    caPem,
    flush: () => postfix(folder, 'flush'),
    log: () => readFile(join(folder, 'log', 'mail.log'), 'utf8'),
    stop: () => stop(folder),
  };
}

async function writeFolder(folder: string, port: number, options: PostfixOptions): Promise<string | undefined> {
  await chmod(folder, 0o755);
  for (const name of ['etc', 'queue', 'data', 'log', 'tls']) await mkdir(join(folder, name), { mode: 0o755 });
  await run('chown', ['postfix', join(folder, 'data')]);
  await run('chown', ['root:root', join(folder, 'queue')]);
  const secret = options.tls === true ? selfSigned() : undefined;
  if (secret !== undefined) {
    await writeFile(join(folder, 'tls', 'key.pem'), secret.keyPem, { mode: 0o600 });
    await writeFile(join(folder, 'tls', 'cert.pem'), secret.certPem);
  }
  await writeFile(join(folder, 'etc', 'main.cf'), mainCf(folder, options, daemonFolder()));
  await writeFile(join(folder, 'etc', 'master.cf'), masterCf(port));
  return secret?.certPem;
}

function daemonFolder(): string {
  const master = findBinary('master') ?? '/usr/lib/postfix/sbin/master';
  return dirname(master);
}

async function postfix(folder: string, command: string): Promise<void> {
  await run(findBinary('postfix') ?? 'postfix', ['-c', join(folder, 'etc'), command]);
}

async function stop(folder: string): Promise<void> {
  await postfix(folder, 'stop').catch(() => undefined);
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

async function untilListening(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await greets(port)) return;
    await delay(25);
  }
  throw new Error(`nothing answers on port ${port}`);
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('data', () => {
      socket.end('QUIT\r\n');
      resolve(true);
    });
  });
}
