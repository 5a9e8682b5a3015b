import type { IncomingMessage, ServerResponse } from 'node:http';
import { deliver } from '../mail/deliver.ts';
import type { World } from '../store/world.ts';
import type { FaultPlan, FaultRule } from './fault-plan.ts';
import { readBody } from './read-body.ts';
import type { RequestLog } from './request-log.ts';

/** What the control endpoint works with. */
export interface ControlParts {
  readonly world: World;
  readonly faults: FaultPlan;
  readonly log: RequestLog;
}

/** Largest body, bytes. */
const largest = 67_108_864;

/**
 * Lets a test in another process steer the simulator: `POST /control/faults` (a FaultRule), `DELETE /control/faults`,
 * `GET` and `DELETE /control/requests`, `POST /control/deliver?mailbox=ADDRESS` (a message), `GET /control/mailboxes`.
 */
export async function answerControl(
  { world, faults, log }: ControlParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const body = (await readBody(request, largest)) ?? Buffer.alloc(0);
  const say = (status: number, value: unknown): void => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
  };
  switch (`${request.method} ${url.pathname.toLowerCase()}`) {
    case 'POST /control/faults':
      faults.add(JSON.parse(body.toString('utf8')) as FaultRule);
      return say(201, {});
    case 'DELETE /control/faults':
      faults.clear();
      return say(200, {});
    case 'GET /control/requests':
      return say(200, log.records);
    case 'DELETE /control/requests':
      log.clear();
      return say(200, {});
    case 'POST /control/deliver': {
      const account = world.account(url.searchParams.get('mailbox') ?? '');
      if (account === undefined) return say(404, { error: 'No such mailbox.' });
      return say(201, { id: deliver(world, account, body).id });
    }
    case 'GET /control/mailboxes':
      return say(
        200,
        world.accounts.map(({ address, mailbox }) => ({ address, items: mailbox.items.size })),
      );
    default:
      return say(404, { error: `No ${request.method} ${url.pathname}.` });
  }
}
