import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { processIdentity } from './process-identity.ts';
import { folderFailed } from './server-errors.ts';

/** The right to start and stop the server of one folder; one process has it at a time. */
export interface SupervisorLock {
  release(): void;
}

/**
 * Takes the lock file, also from a process that is dead; undefined while another live process (or an earlier caller in this one) holds it.
 * Throws configuration `mr_DatabaseFolderUnusable` when the file cannot be written.
 */
export function takeSupervisorLock(file: string): SupervisorLock | undefined {
  const mine = `${process.pid} ${processIdentity(process.pid) ?? ''}\n`;
  const draft = `${file}.${randomUUID()}`;
  try {
    writeFileSync(draft, mine, { mode: 0o644 });
    for (;;) {
      if (linked(draft, file)) return { release: () => releaseLock(file, mine) };
      const holder = read(file);
      if (holder === undefined) continue;
      if (isHeld(holder)) return undefined;
      setAside(file, holder);
    }
  } catch (cause) {
    throw folderFailed(file, 'cannot be written', cause);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The process id that the lock file names, for messages; undefined without one. */
export function lockHolder(file: string): number | undefined {
  const pid = Number.parseInt(read(file) ?? '', 10);
  return Number.isNaN(pid) ? undefined : pid;
}

function isHeld(holder: string): boolean {
  const [pid, identity] = holder.trim().split(' ');
  return processIdentity(Number(pid)) === identity;
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

function releaseLock(file: string, mine: string): void {
  if (read(file) === mine) rmSync(file, { force: true });
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
