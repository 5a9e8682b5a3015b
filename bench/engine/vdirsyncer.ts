import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../src/base/clock.ts';
import { findBinary } from '../../testbed/servers/find-binary.ts';
import { freePorts } from '../../testbed/servers/free-port.ts';
import type { Sample } from '../measure/sample.ts';
import { runProgram } from './run-program.ts';

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
      // At this verbosity it tells what fails, not a line for each event.
      const vdirsyncer = (deed: string, items: number): Promise<Sample> =>
        runProgram('vdirsyncer', ['--verbosity', 'ERROR', '--config', settings, deed], items);
      await vdirsyncer('discover', 1);
      const first = await vdirsyncer('sync', events.size);
      const stored = readdirSync(path.join(own, 'calendar')).length;
      if (stored !== events.size) throw new Error(`vdirsyncer stored ${stored} of ${events.size} events.`);
      return { first, again: await vdirsyncer('sync', 1) };
    },
    async stop() {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configText(folder: string, url: string): string {
  return `[general]\nstatus_path = "${path.join(folder, 'status')}"\n
[pair calendar]\na = "here"\nb = "there"\ncollections = null\nconflict_resolution = "b wins"\n
[storage here]\ntype = "filesystem"\npath = "${path.join(folder, 'calendar')}"\nfileext = ".ics"\n
[storage there]\ntype = "caldav"\nurl = "${url}"\nusername = "bench"\npassword = "bench"\n`;
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
