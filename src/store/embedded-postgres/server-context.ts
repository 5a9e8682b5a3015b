import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { ServerFolder } from './server-folder.ts';

/** What every step of starting and watching one embedded server needs. */
export interface ServerContext {
  readonly folder: ServerFolder;
  readonly clock: Clock;
  readonly log: Log;
  /** Server settings on top of ours, as `name: value` (PostgreSQL 18, chapter 19). */
  readonly settings: Readonly<Record<string, string>>;
  /** Folder of the package with PostgreSQL's programs; the installed one when absent. */
  readonly packageFolder?: string | undefined;
}

/** A running server: one postmaster process. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** True when it ran already, left by a process that is gone or supervised by another. */
  readonly adopted: boolean;
  /** Resolves when the process has ended, or when `signal` aborts; never rejects. */
  ended(signal: AbortSignal): Promise<void>;
  /** Lets this process end while the server runs on. */
  release(): void;
}
