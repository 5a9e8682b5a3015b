import { closeSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { folderFailed } from './server-errors.ts';

/** Above this the log is set aside as `.1` at the next start. */
const keptBytes = 10_000_000;
/** How much of the end is quoted in an error. */
const quotedBytes = 4_000;
const quotedLines = 12;

/** The server's log, open for appending: the descriptor goes to the child as its standard output and error. */
export interface ServerLog {
  readonly descriptor: number;
  /** What was written since it was opened, at most its last 12 lines. */
  lastLines(): string;
  close(): void;
}

/** Opens (and rolls) the log. Throws configuration `mr_DatabaseFolderUnusable`. */
export function openServerLog(file: string): ServerLog {
  try {
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > keptBytes) renameSync(file, `${file}.1`);
    const descriptor = openSync(file, 'a+', 0o600);
    const from = fstatSync(descriptor).size;
    return { descriptor, lastLines: () => tail(descriptor, from), close: () => closeSync(descriptor) };
  } catch (cause) {
    throw folderFailed(file, 'cannot be opened as the server log', cause);
  }
}

function tail(descriptor: number, from: number): string {
  const size = fstatSync(descriptor).size;
  const start = Math.max(from, size - quotedBytes);
  const bytes = Buffer.alloc(Math.max(0, size - start));
  const count = readSync(descriptor, bytes, 0, bytes.length, start);
  return bytes.toString('utf8', 0, count).trimEnd().split('\n').slice(-quotedLines).join('\n');
}
