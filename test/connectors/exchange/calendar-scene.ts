import assert from 'node:assert/strict';
import { openExchange } from '../../../src/connectors/exchange/open-exchange.ts';
import type { FieldBag } from '../../../src/contracts/act-fields.ts';
import type { ActItem, ActItemRef, ActKind } from '../../../src/contracts/act-item.ts';
import type { ActNotify, ActPort } from '../../../src/contracts/act-port.ts';
import type { Connector } from '../../../src/contracts/connector.ts';
import { type ExchangeSimulator, startExchange } from '../../../testbed/exchange/start-exchange.ts';
import { SchemaCheck } from '../../testbed/exchange/support/schema-check.ts';

/** Never aborted. */
export const quiet = new AbortController().signal;

const organizationId = '00000000-0000-4000-8000-0000000000a0';

/** The calendar of one user, as the synchronisation sees it. */
export class CalendarUser {
  readonly port: ActPort;
  readonly #connector: Connector;
  #made = 0;

  constructor(connector: Connector) {
    assert.ok(connector.act);
    this.#connector = connector;
    this.port = connector.act;
  }

  make(
    kind: ActKind,
    fields: FieldBag,
    notify: ActNotify = 'nobody',
    remindOn: Date | null = null,
  ): Promise<ActItemRef> {
    this.#made += 1;
    const recordId = `00000000-0000-4000-8000-${String(this.#made).padStart(12, '0')}`;
    const table = kind === 'series' ? 'recurringappointmentmaster' : 'appointment';
    const stamp = { organizationId, table, recordId };
    return this.port.create({ folder: 'calendar', kind, fields, stamp, notify, remindOn }, quiet);
  }

  change(seen: ActItemRef, kind: ActKind, fields: FieldBag, notify: ActNotify = 'nobody'): Promise<ActItemRef> {
    return this.port.update(seen, { kind, fields, notify }, quiet);
  }

  async read(id: string): Promise<ActItem> {
    const [found] = await this.port.get('calendar', [id], quiet);
    assert.ok(found !== undefined && 'item' in found, JSON.stringify(found));
    return found.item;
  }

  /** Items of the calendar, as changes since the beginning. */
  async all(): Promise<readonly ActItem[]> {
    const { changed } = await this.port.changes('calendar', null, quiet);
    return Promise.all(changed.map(({ id }) => this.read(id)));
  }

  close(): Promise<void> {
    return this.#connector.close();
  }
}

/** A simulated server whose requests are kept for a check against the schema, and users on it. */
export class CalendarScene {
  readonly requests = new SchemaCheck();
  readonly server: ExchangeSimulator;
  readonly users: CalendarUser[] = [];

  private constructor(server: ExchangeSimulator) {
    this.server = server;
  }

  static async open(addresses: readonly string[]): Promise<CalendarScene> {
    const kept: string[] = [];
    const server = await startExchange({
      mailboxes: addresses.map((address) => ({ address, password: 'p' })),
      tap: (xml, direction) => {
        if (direction === 'request') kept.push(xml);
      },
    });
    const scene = new CalendarScene(server);
    scene.#kept = kept;
    for (const address of addresses) scene.users.push(new CalendarUser(await open(server, address)));
    return scene;
  }

  #kept: readonly string[] = [];

  /** What the schema says against the requests that were sent. */
  async schemaProblems(): Promise<string> {
    for (const xml of this.#kept) this.requests.add(xml);
    return this.requests.problems();
  }

  async close(): Promise<void> {
    for (const user of this.users) await user.close();
    await this.server.stop();
    this.requests.remove();
  }
}

function open(server: ExchangeSimulator, address: string): Promise<Connector> {
  return openExchange(
    {
      host: '127.0.0.1',
      port: server.port,
      security: 'none',
      signIn: { kind: 'password', username: address, password: 'p' },
      timeoutMs: 10_000,
      maxMessageBytes: 1_000_000,
      ewsUrl: server.ewsUrl,
      mailboxAddress: address,
      impersonates: false,
      passwordScheme: 'basic',
      savesSentCopy: true,
    },
    quiet,
  );
}
