import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a running server writes about itself into `postmaster.pid` of its data directory. */
export interface PostmasterFile {
  readonly pid: number;
  /** When it started, seconds since 1970. */
  readonly startedOnSeconds: number;
  readonly port: number;
  /** `starting`, `ready`, `stopping`, or empty before the first of them. */
  readonly status: string;
}

/** Path of the file in a data directory. */
export function postmasterFilePath(cluster: string): string {
  return join(cluster, 'postmaster.pid');
}

/** Name of the socket that a server on `port` has in its data directory (its clients use TCP); with '' what all such names begin with. */
export const postmasterSocket = (port: number | ''): string => `.s.PGSQL.${port}`;

/** Reads it; undefined when there is none or it is not complete yet. */
export function readPostmasterFile(cluster: string): PostmasterFile | undefined {
  let lines: string[];
  try {
    lines = readFileSync(postmasterFilePath(cluster), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const [pid, , started, port] = lines.map((line) => Number.parseInt(line, 10));
  if (!pid || pid < 1) return undefined;
  return { pid, startedOnSeconds: started || 0, port: port || 0, status: lines[7]?.trim() ?? '' };
}
