import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MailroomError } from '../../base/errors.ts';
import { isLit, type Lamp, lightLamp } from './lamp.ts';
import { processIdentity } from './process-identity.ts';
import { folderFailed, usedElsewhere } from './server-errors.ts';

/** The right to start and stop the server of one folder; one process has it at a time. */
export interface SupervisorLock {
  release(): void;
}

/**
 * Takes the lock file, also from a process that is dead; undefined while another live process (or an earlier caller in this one) holds it.
 * Throws configuration `mr_DatabaseFolderUnusable` when the file cannot be written, `mr_DatabaseFolderInUse` when its holder lives in
 * another container, whose server cannot be shared.
 */
export async function takeSupervisorLock(file: string): Promise<SupervisorLock | undefined> {
  if (await isHeld(file, read(file))) return undefined;
  const folder = dirname(file);
  const draft = `${file}.${randomUUID()}`;
  let lamp: Lamp | undefined;
  let isTaken = false;
  try {
    lamp = await lightLamp(folder, `supervisor.${randomUUID().slice(0, 8)}.sock`);
    const mine = `${process.pid} ${processIdentity(process.pid) ?? ''} ${lamp?.name ?? ''}\n`;
    writeFileSync(draft, mine, { mode: 0o644 });
    for (;;) {
      isTaken = linked(draft, file);
      if (isTaken) return { release: () => releaseLock(file, mine, lamp) };
      const holder = read(file);
      if (holder === undefined) continue;
      if (await isHeld(file, holder)) return undefined;
      setAside(file, holder);
    }
  } catch (cause) {
    if (cause instanceof MailroomError) throw cause;
    throw folderFailed(file, 'cannot be written', cause);
  } finally {
    rmSync(draft, { force: true });
    if (!isTaken) lamp?.out();
  }
}

/** The process id that the lock file names, for messages; undefined without one. */
export function lockHolder(file: string): number | undefined {
  const pid = Number.parseInt(read(file) ?? '', 10);
  return Number.isNaN(pid) ? undefined : pid;
}

/** Whether the holder is a live process that this one can see. Throws when it lives where its number means nothing here. */
async function isHeld(file: string, holder: string | undefined): Promise<boolean> {
  if (holder === undefined) return false;
  const { pid, identity, lamp } = parse(holder);
  if (processIdentity(pid) === identity) return true;
  if (await isLit(dirname(file), lamp)) throw usedElsewhere(dirname(file), pid);
  return false;
}

function parse(holder: string): { readonly pid: number; readonly identity: string; readonly lamp: string } {
  const [pid, identity = '', lamp = ''] = holder.trim().split(' ');
  return { pid: Number(pid), identity, lamp };
}

/** Removes a dead holder's file; puts it back when another process renewed it in between. */
function setAside(file: string, expected: string): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (read(aside) !== expected) linked(aside, file);
  else if (parse(expected).lamp !== '') rmSync(join(dirname(file), parse(expected).lamp), { force: true });
  rmSync(aside, { force: true });
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function releaseLock(file: string, mine: string, lamp: Lamp | undefined): void {
  if (read(file) === mine) rmSync(file, { force: true });
  lamp?.out();
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
