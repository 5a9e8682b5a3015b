import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { catalog, type TableName } from '../../tables/catalog.ts';
import type { CallerStore } from '../actions.ts';
import { HttpError, unknownName } from '../http-error.ts';
import { didYouMean } from '../nearest.ts';
import { queryAllRows } from '../rows.ts';
import type { Caller } from '../sign-in.ts';
import type { ChangeHub, TableChange } from './change-hub.ts';

export interface EventStreamOptions {
  readonly hub: ChangeHub;
  readonly identify: (request: FastifyRequest) => Promise<Caller>;
  readonly storeFor: (caller: Caller) => CallerStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** Streams of one user at a time; a browser tab needs one. */
const mostStreams = 20;
/** Silence after which proxies would cut the line, milliseconds. */
const beatMs = 15_000;
/** Bytes that may wait for a slow reader before it is cut off; it reconnects and reads anew. */
const mostWaiting = 1_000_000;

/** Serves `GET /api/events?tables=mailbox,email` as server-sent events: `ready`, then `change` with the ids of rows that changed, as far as the caller may read them. After a reconnect the reader reads anew. */
export function registerEventStream(server: FastifyInstance, options: EventStreamOptions): void {
  const open = new Map<string, number>();
  const streams = new Set<ServerResponse>();
  server.addHook('preClose', async () => {
    for (const stream of streams) stream.end();
  });
  server.get('/api/events', async (request, reply) => {
    const caller = await options.identify(request);
    const tables = tablesOf((request.query as { tables?: unknown }).tables);
    const store = options.storeFor(caller);
    // Throws where a table is closed to the caller.
    for (const table of tables) await store.retrieveMultiple({ table, columns: [], limit: 1 });
    const count = open.get(caller.systemuserid) ?? 0;
    if (count >= mostStreams)
      throw new HttpError(429, 'mr_TooManyStreams', `You have ${count} event streams open. Close one first.`);
    open.set(caller.systemuserid, count + 1);
    reply.hijack();
    const raw = reply.raw;
    streams.add(raw);
    raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    const closed = new AbortController();
    const end = () => {
      closed.abort();
      streams.delete(raw);
      open.set(caller.systemuserid, Math.max(0, (open.get(caller.systemuserid) ?? 1) - 1));
    };
    // A reader may be gone before its stream begins, and its `close` with it.
    if (raw.destroyed || request.raw.socket.destroyed) return end();
    raw.on('close', end);
    let told = Promise.resolve();
    const cut = (error: unknown) => {
      options.log.warn({ err: error }, 'an event stream was cut; its reader connects again');
      raw.destroy();
    };
    const listening = options.hub.listen(tables, (change) => {
      told = told.then(() => tell(raw, store, caller, change)).catch(cut);
    });
    const stop = await listening.catch(cut);
    if (!stop) return;
    if (closed.signal.aborted) return stop();
    closed.signal.addEventListener('abort', stop);
    raw.write('retry: 3000\nevent: ready\ndata: {}\n\n');
    void beat(raw, options.clock, closed.signal);
  });
}

async function beat(raw: ServerResponse, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(beatMs, signal);
    if (!signal.aborted) raw.write(': still here\n\n');
  }
}

async function tell(raw: ServerResponse, store: CallerStore, caller: Caller, change: TableChange): Promise<void> {
  const { table } = change;
  const changed = caller.isAdministrator ? change.changed : await visible(store, table, change.changed);
  // That a row went is told to those only who could read all rows: the others may not know it was there.
  const removed = caller.isAdministrator ? change.removed : [];
  if (changed.length === 0 && removed.length === 0) return;
  if (raw.writableLength > mostWaiting) {
    raw.destroy();
    return;
  }
  raw.write(`event: change\ndata: ${JSON.stringify({ table, changed, removed })}\n\n`);
}

async function visible(store: CallerStore, table: TableName, ids: readonly string[]): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const { primaryId } = catalog[table];
  const filter = { column: primaryId, operator: 'in', value: ids } as const;
  const rows = await queryAllRows(store, { table, columns: [primaryId], filter }, ids.length);
  return (rows ?? []).map((row) => String(row[primaryId]));
}

function tablesOf(given: unknown): readonly TableName[] {
  const names = typeof given === 'string' ? given.split(',').map((name) => name.trim()) : [];
  if (names.length === 0 || names.length > 20 || names[0] === '')
    throw unknownName('Name 1 to 20 tables, as in /api/events?tables=mailbox,email.');
  return names.map((name) => {
    if (Object.hasOwn(catalog, name)) return name as TableName;
    throw unknownName(`There is no table '${name.slice(0, 100)}'.${didYouMean(name, Object.keys(catalog))}`);
  });
}
