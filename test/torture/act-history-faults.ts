import { MailroomError } from '../../src/base/errors.ts';
import type { ActPort } from '../../src/contracts/act-port.ts';
import type { Database } from '../../src/store/database.ts';
import type { ActWraps } from '../support/act-scene.ts';

/** What goes wrong in a turn, after so many calls: the process dies before, in the middle of (many writes in one request) or after one, the server is busy or throttles, an answer is lost. */
export const faults = ['none', 'crash', 'crashWithin', 'crashAfter', 'busy', 'throttled', 'lost'] as const;
export type Fault = (typeof faults)[number];

/** Puts a fault between the engine and both sides; `onFault` hears of it when it comes to pass. */
export function wrapsFor(fault: Fault, after: number, maxItems: number, onFault: () => void = () => {}): ActWraps {
  const fuse = new Fuse(fault, after, onFault);
  return {
    maxItems,
    database: (database): Database => ({
      ...database,
      transaction: (work) => fuse.around(() => database.transaction(work), 'store'),
    }),
    port: (port) =>
      new Proxy(port, {
        // What asks nobody cannot fail.
        get: (target, name) =>
          name === 'marks' ? target.marks.bind(target) : wrapped(target, name as keyof ActPort, fuse),
      }),
  };
}

function wrapped(port: ActPort, name: keyof ActPort, fuse: Fuse): unknown {
  const method = port[name] as (...args: unknown[]) => Promise<unknown>;
  const half = (list: unknown): unknown => (Array.isArray(list) ? list.slice(0, Math.ceil(list.length / 2)) : list);
  return (...args: unknown[]) =>
    fuse.around(
      () => method.apply(port, args),
      'server',
      name === 'createMany' || name === 'updateMany' ? () => method.apply(port, args.map(half)) : undefined,
    );
}

class Fuse {
  readonly #fault: Fault;
  #left: number;
  #isDead = false;
  readonly #onFault: () => void;

  constructor(fault: Fault, after: number, onFault: () => void) {
    this.#fault = fault;
    this.#left = after;
    this.#onFault = onFault;
  }

  async around<T>(call: () => Promise<T>, side: 'store' | 'server', half?: () => Promise<unknown>): Promise<T> {
    if (this.#isDead) throw trouble('the process is dead', false);
    if (this.#fault === 'none' || this.#left > 0) {
      this.#left -= 1;
      return call();
    }
    const isServers = this.#fault === 'busy' || this.#fault === 'throttled' || this.#fault === 'lost';
    if ((isServers && side === 'store') || (this.#fault === 'crashWithin' && half === undefined)) return call();
    this.#onFault();
    if (this.#fault === 'crashWithin') {
      this.#isDead = true;
      await half?.();
      throw trouble('the process dies', true);
    }
    if (this.#fault === 'crash') {
      this.#isDead = true;
      throw trouble('the process dies', false);
    }
    if (this.#fault === 'crashAfter') {
      this.#isDead = true;
      await call();
      throw trouble('the process dies', true);
    }
    this.#left = Number.POSITIVE_INFINITY;
    if (this.#fault === 'busy') throw trouble('the server is busy', false);
    if (this.#fault === 'throttled') {
      const given = { code: 'ErrorServerBusy', kind: 'throttled', retryAfterMs: 30_000 } as const;
      throw new MailroomError('the server asks for patience', given);
    }
    await call();
    throw trouble('the answer is lost', true);
  }
}

const trouble = (message: string, uncertain: boolean): MailroomError =>
  new MailroomError(message, { code: 'mr_TestTrouble', kind: 'transient', uncertain });
