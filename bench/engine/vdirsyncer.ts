import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../src/base/clock.ts';
import { findBinary } from '../../testbed/servers/find-binary.ts';
import { freePorts } from '../../testbed/servers/free-port.ts';
import { endedChildrenCpuMs } from '../measure/process-cpu.ts';
import type { Sample } from '../measure/sample.ts';

/** A calendar on a CalDAV server (Radicale) that vdirsyncer downloads. */
export interface VdirsyncerScene {
  /** Downloads everything into an empty folder, and looks again a second time: what each took. */
  run(): Promise<{ readonly first: Sample; readonly again: Sample }>;
  stop(): Promise<void>;
}

/** Why vdirsyncer has no samples; undefined where both programs are installed. */
export function vdirsyncerMissing(): string | undefined {
  const missing = ['vdirsyncer', 'radicale'].filter((name) => findBinary(name) === undefined);
  return missing.length === 0 ? undefined : `not installed (apt-get install ${missing.join(' ')})`;
}

/** Starts Radicale with these events, each an iCalendar text by its UID. */
export async function startVdirsyncerScene(events: ReadonlyMap<string, string>): Promise<VdirsyncerScene> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mailroom-caldav-'));
  const collection = path.join(folder, 'radicale', 'collection-root', 'bench', 'calendar');
  mkdirSync(collection, { recursive: true });
  writeFileSync(path.join(collection, '.Radicale.props'), '{"tag": "VCALENDAR"}');
  for (const [uid, text] of events) writeFileSync(path.join(collection, `${uid}.ics`), text);
  const [port = 0] = await freePorts(1);
  const config = path.join(folder, 'radicale.conf');
  writeFileSync(
    config,
    `[server]\nhosts = 127.0.0.1:${port}\n[auth]\ntype = none\n[storage]\nfilesystem_folder = ${path.join(folder, 'radicale')}\n[logging]\nlevel = error\n`,
  );
  const server = spawn('radicale', ['--config', config], { stdio: ['ignore', 'ignore', 'inherit'] });
  const url = `http://127.0.0.1:${port}/bench/calendar/`;
  await answers(server, url);
  let runs = 0;
  return {
    async run() {
      runs += 1;
      const own = path.join(folder, `run${runs}`);
      mkdirSync(path.join(own, 'calendar'), { recursive: true });
      const settings = path.join(own, 'config');
      writeFileSync(settings, configText(own, url));
      await vdirsyncer(settings, 'discover');
      const first = await timed(events.size, () => vdirsyncer(settings, 'sync'));
      const stored = readdirSync(path.join(own, 'calendar')).length;
      if (stored !== events.size) throw new Error(`vdirsyncer stored ${stored} of ${events.size} events.`);
      return { first, again: await timed(1, () => vdirsyncer(settings, 'sync')) };
    },
    async stop() {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function timed(items: number, work: () => Promise<void>): Promise<Sample> {
  const cpuBefore = endedChildrenCpuMs();
  const startedOn = performance.now();
  await work();
  return { items, wallMs: performance.now() - startedOn, cpuMs: endedChildrenCpuMs() - cpuBefore };
}

function configText(folder: string, url: string): string {
  return `[general]\nstatus_path = "${path.join(folder, 'status')}"\n
[pair calendar]\na = "here"\nb = "there"\ncollections = null\nconflict_resolution = "b wins"\n
[storage here]\ntype = "filesystem"\npath = "${path.join(folder, 'calendar')}"\nfileext = ".ics"\n
[storage there]\ntype = "caldav"\nurl = "${url}"\nusername = "bench"\npassword = "bench"\n`;
}

const outputLimit = 64 * 2 ** 20;

function vdirsyncer(config: string, deed: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // It tells a line for each event; its words matter only where it fails.
    execFile('vdirsyncer', ['-c', config, deed], { maxBuffer: outputLimit }, (error, _output, words) =>
      error === null ? resolve() : reject(new Error(`vdirsyncer ${deed}: ${error.message} ${words.slice(-1000)}`)),
    );
  });
}

async function answers(server: ChildProcess, url: string): Promise<void> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    if (server.exitCode !== null) throw new Error(`Radicale ended with ${server.exitCode}.`);
    const answer = await fetch(url, { method: 'OPTIONS' }).catch(() => undefined);
    if (answer !== undefined) return;
    if (performance.now() > deadline) throw new Error('Radicale does not answer.');
    await systemClock.sleep(100);
  }
}
