import type { ServerResponse } from 'node:http';
import { failure, response as responseNode, success } from '../soap/answer.ts';
import type { Call } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import type { SoapService } from '../soap/soap-service.ts';
import { child, childText, el, type XmlNode } from '../xml/xml-node.ts';
import { eventNode } from './event-node.ts';
import type { Subscription } from './subscription.ts';

/** Subscriptions one connection may carry. */
const largestGroup = 200;

const operation = 'GetStreamingEvents';

/**
 * Answers GetStreamingEvents: keeps the connection open for the minutes it asks for and writes one envelope for each bundle of
 * events, and one without news each `heartbeatMs`. Resolves when the connection is over, with the bytes written.
 */
export async function streamEvents(
  call: Call,
  soap: SoapService,
  response: ServerResponse,
  heartbeatMs: number,
): Promise<number> {
  const stream = new EventStream(call, soap, response);
  try {
    const subscriptions = subscriptionsOf(call);
    const limit = call.world.version.hangingConnectionLimit;
    const release = call.hub.openStream(call.caller, limit, () => response.socket?.resetAndDestroy());
    try {
      await stream.run(subscriptions, heartbeatMs, Number(childText(call.request, 'ConnectionTimeout')) * 60_000);
    } finally {
      release();
    }
  } catch (thrown) {
    if (!(thrown instanceof EwsError)) throw thrown;
    stream.refuse(thrown);
  }
  return stream.bytes;
}

/** The subscriptions of the request. Throws with the ids of those that are not known here. */
function subscriptionsOf(call: Call): Subscription[] {
  const ids = (child(call.request, 'SubscriptionIds')?.children ?? []).map(({ text }) => text);
  if (ids.length > largestGroup) throw new EwsError('ErrorInvalidRequest', `At most ${largestGroup} subscriptions.`);
  const minutes = Number(childText(call.request, 'ConnectionTimeout'));
  if (!(minutes >= 1 && minutes <= 30)) throw new EwsError('ErrorInvalidRequest', 'ConnectionTimeout is 1 to 30.');
  const found = ids.map((id) => ({ id, subscription: call.hub.find(id, 'streaming') }));
  const missing = found.filter(({ subscription }) => subscription?.backEnd !== call.backEnd).map(({ id }) => id);
  if (missing.length > 0) throw new LostSubscriptions(missing);
  return found.flatMap(({ subscription }) => subscription ?? []);
}

class LostSubscriptions extends EwsError {
  readonly ids: readonly string[];

  constructor(ids: readonly string[]) {
    super('ErrorSubscriptionNotFound');
    this.ids = ids;
  }
}

class EventStream {
  bytes = 0;
  readonly #call: Call;
  readonly #soap: SoapService;
  readonly #response: ServerResponse;

  constructor(call: Call, soap: SoapService, response: ServerResponse) {
    this.#call = call;
    this.#soap = soap;
    this.#response = response;
  }

  /** Runs until the time is over or the connection is. */
  run(subscriptions: readonly Subscription[], heartbeatMs: number, limitMs: number): Promise<void> {
    this.#write(success(operation, [el('ConnectionStatus', 'OK')]));
    return new Promise((resolve) => {
      let isPending = false;
      const flush = (): void => {
        isPending = false;
        if (subscriptions.some((one) => one.takeMissed()))
          end(new EwsError('ErrorMissedNotificationEvents', 'Events were missed.'));
        const notifications = subscriptions.flatMap((one) => this.#news(one));
        if (notifications.length > 0) this.#write(success(operation, [el('Notifications', notifications)]));
        const lost = subscriptions.filter((one) => this.#call.hub.find(one.id, 'streaming') === undefined);
        if (lost.length > 0) end(new LostSubscriptions(lost.map(({ id }) => id)));
      };
      const wake = (): void => {
        if (!isPending) setImmediate(flush);
        isPending = true;
      };
      const beat = setInterval(() => this.#beat(subscriptions, wake), heartbeatMs);
      const close = setTimeout(() => end(), limitMs);
      const end = (error?: EwsError): void => {
        clearInterval(beat);
        clearTimeout(close);
        // A later stream may listen already.
        for (const one of subscriptions) if (one.onEvent === wake) one.onEvent = undefined;
        if (error !== undefined) this.refuse(error);
        else if (this.#response.writable) this.#finish();
        resolve();
      };
      this.#response.once('close', () => end());
      for (const one of subscriptions) one.onEvent = wake;
      wake();
    });
  }

  /** Tells that the stream cannot be, or cannot go on. */
  refuse(error: EwsError): void {
    const lost = error instanceof LostSubscriptions ? error.ids : [];
    const ids = lost.map((id) => el('SubscriptionId', id));
    this.#write(failure(operation, error, ids.length > 0 ? [el('ErrorSubscriptionIds', ids)] : []));
    this.#response.end();
  }

  #beat(subscriptions: readonly Subscription[], wake: () => void): void {
    const first = subscriptions[0];
    if (first === undefined) return;
    const status = el('Notification', [el('SubscriptionId', first.id), el('StatusEvent')]);
    this.#write(success(operation, [el('Notifications', [status])]));
    wake();
  }

  #news(subscription: Subscription): XmlNode[] {
    const events = subscription.drain();
    if (events.length === 0) return [];
    const nodes = events.map((event) => eventNode(event, subscription));
    return [el('Notification', [el('SubscriptionId', subscription.id), ...nodes])];
  }

  #finish(): void {
    this.#write(success(operation, [el('ConnectionStatus', 'Closed')]));
    this.#response.end();
  }

  #write(message: XmlNode): void {
    if (this.#response.destroyed || this.#response.writableEnded) return;
    if (!this.#response.headersSent) this.#response.writeHead(200, { 'Content-Type': 'text/xml; charset=utf-8' });
    const { body } = this.#soap.write(responseNode(operation, [message]), this.#call);
    this.bytes += Buffer.byteLength(body);
    this.#response.write(body);
  }
}
