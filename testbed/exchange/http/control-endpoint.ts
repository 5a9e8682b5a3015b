import type { IncomingMessage, ServerResponse } from 'node:http';
import { deliver } from '../mail/deliver.ts';
import type { SubscriptionHub } from '../notifications/subscription-hub.ts';
import type { AccountOptions, World } from '../store/world.ts';
import type { FaultPlan, FaultRule } from './fault-plan.ts';
import { readBody } from './read-body.ts';
import type { RequestLog } from './request-log.ts';

/** What the control endpoint works with. */
export interface ControlParts {
  readonly world: World;
  readonly faults: FaultPlan;
  readonly log: RequestLog;
  readonly hub: SubscriptionHub;
}

/** Largest body, bytes. */
const largest = 67_108_864;

type Route = (parts: ControlParts, query: URLSearchParams, body: Buffer) => unknown;

/** What a test in another process can ask for; what is thrown is answered with 400. */
const routes: Readonly<Record<string, Route>> = {
  /** Body: a FaultRule. */
  'POST /control/faults': ({ faults }, _query, body) => faults.add(JSON.parse(body.toString('utf8')) as FaultRule),
  'DELETE /control/faults': ({ faults }) => faults.clear(),
  'GET /control/requests': ({ log }) => log.records,
  'DELETE /control/requests': ({ log }) => log.clear(),
  'GET /control/mailboxes': ({ world }) =>
    world.accounts.map(({ address, mailbox }) => ({ address, items: mailbox.items.size })),
  /** Body: AccountOptions. */
  'POST /control/mailboxes': ({ world }, _query, body) => {
    const { address } = world.addAccount(JSON.parse(body.toString('utf8')) as AccountOptions);
    return { address };
  },
  /** `?mailbox=ADDRESS`; body: a message. */
  'POST /control/deliver': ({ world }, query, body) => ({
    id: deliver(world, world.accountOf(query.get('mailbox') ?? ''), body).id,
  }),
  /** `?mailbox=ADDRESS&folder=WORD`. */
  'GET /control/items': ({ world }, query) => {
    const { mailbox } = world.accountOf(query.get('mailbox') ?? '');
    const folder = mailbox.folderNamed(query.get('folder') ?? 'inbox');
    return [...folder.byReceived].map(({ id, kind, subject, messageId, isRead }) => ({
      id,
      kind,
      subject,
      messageId,
      isRead,
    }));
  },
  'DELETE /control/subscriptions': ({ hub }) => hub.removeAll(),
  'DELETE /control/streams': ({ hub }) => hub.cutStreams(),
};

/** Answers below /control/: steers the simulator from another process. */
export async function answerControl(
  parts: ControlParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const body = (await readBody(request, largest)) ?? Buffer.alloc(0);
  const route = routes[`${request.method} ${url.pathname.toLowerCase()}`];
  const say = (status: number, value: unknown): void => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value ?? {}));
  };
  if (route === undefined) return say(404, { error: `No ${request.method} ${url.pathname}.` });
  try {
    say(request.method === 'POST' ? 201 : 200, route(parts, url.searchParams, body));
  } catch (error) {
    say(400, { error: error instanceof Error ? error.message : String(error) });
  }
}
