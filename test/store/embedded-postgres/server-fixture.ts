import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { systemClock } from '../../../src/base/clock.ts';
import { createLog, type Log, silentLog } from '../../../src/base/log.ts';
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from '../../../src/store/embedded-postgres/embedded-postgres.ts';
import { processIdentity } from '../../../src/store/embedded-postgres/process-identity.ts';
import { barrierTo } from '../../../src/store/embedded-postgres/server-account.ts';

const serveFile = fileURLToPath(new URL('serve.ts', import.meta.url));

/** User id of an ordinary user nobody's files belong to (`nobody` on Linux). */
export const ordinaryUser = 65_534;

/** The `skip` option of a test that lets an ordinary user run this checkout. */
export function ordinaryUserSkip(): string | false {
  if (process.getuid?.() !== 0) return 'only root can run a process as another user';
  const barrier = barrierTo(dirname(serveFile), { uid: ordinaryUser, gid: ordinaryUser, switches: true });
  return barrier !== undefined && `other users cannot pass ${barrier}, so none can run this checkout`;
}

const container = ['--pid', '--ipc', '--fork', '--mount-proc', '--kill-child'];

/** The `skip` option of a test that needs process numbers of its own. */
export function containerSkip(): string | false {
  const tried = spawnSync('unshare', [...container, 'true'], { encoding: 'utf8' });
  return tried.status !== 0 && `no other process numbers can be had here: ${tried.stderr ?? String(tried.error)}`;
}

/** What serve.ts says when it is up. */
export interface Served {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly url: string;
  readonly adopted: boolean;
  readonly error?: string;
}

/** A scratch folder others may pass, and everything started in it; `close` ends and removes all. */
export class ServerFixture {
  readonly folder = mkdtempSync(join(tmpdir(), 'mailroom-pg-'));
  readonly #servers: EmbeddedPostgres[] = [];
  readonly #children: ChildProcess[] = [];
  readonly #pids = new Set<number>();

  constructor() {
    chmodSync(this.folder, 0o755);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Starts a server in this process. */
  async start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
    const server = await startEmbeddedPostgres({
      dataDir: this.path('data'),
      clock: systemClock,
      log: silentLog,
      settings: { fsync: 'off' },
      ...options,
    });
    this.#servers.push(server);
    this.#pids.add(server.pid);
    return server;
  }

  /** Starts a server in a process of its own, as user `uid` when given. */
  async serve(dataDir = this.path('data'), uid?: number, packageFolder?: string): Promise<Served> {
    const words = [dataDir, ...(packageFolder === undefined ? [] : [packageFolder])];
    const served = await this.#serve(process.execPath, ['--import', 'tsx', serveFile, ...words], uid);
    if (served.pid) this.#pids.add(served.pid);
    return served;
  }

  /** Starts a server in a process that sees neither our processes nor our shared memory, as in another container; the `pid` it tells means nothing here. */
  serveInContainer(dataDir = this.path('data')): Promise<Served> {
    return this.#serve('unshare', [...container, process.execPath, '--import', 'tsx', serveFile, dataDir]);
  }

  async #serve(program: string, words: readonly string[], uid?: number): Promise<Served> {
    const child = spawn(program, words, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, HOME: this.folder },
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    this.#children.push(child);
    for await (const line of createInterface({ input: child.stdout })) {
      return { child, ...(JSON.parse(line) as Omit<Served, 'child'>) };
    }
    throw new Error('serve.ts ended without a word');
  }

  async close(): Promise<void> {
    for (const server of this.#servers) await server.stop();
    for (const child of this.#children)
      if (child.exitCode === null && child.signalCode === null) await endOf(child, true);
    for (const pid of this.#pids) if (processIdentity(pid) !== undefined) process.kill(pid, 'SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** Resolves when `child` has ended; closes its input first when `ask`. */
export function endOf(child: ChildProcess, ask = false): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    if (ask) child.stdin?.end();
  });
}

/** Kills `child` with SIGKILL and waits for its end. */
export async function killHard(child: ChildProcess): Promise<void> {
  const end = endOf(child);
  child.kill('SIGKILL');
  await end;
}

/** The rows of one statement on a connection of its own. */
export async function ask(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A log that keeps its text, and resolves `said(part)` once a line holds `part`. */
export function keptLog(): { readonly log: Log; text(): string; said(part: string): Promise<void> } {
  let text = '';
  const waiting = new Map<string, () => void>();
  const sink = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      for (const [part, resolve] of waiting) if (text.includes(part)) resolve();
      done();
    },
  });
  return {
    log: createLog('debug', sink),
    text: () => text,
    said: (part) =>
      new Promise((resolve) => {
        if (text.includes(part)) resolve();
        else waiting.set(part, resolve);
      }),
  };
}
