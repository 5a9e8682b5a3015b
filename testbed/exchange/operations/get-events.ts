import { eventNode, numberOf, watermarkOf } from '../notifications/event-node.ts';
import { answerEach } from '../soap/answer.ts';
import type { Operation } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import { childText, el } from '../xml/xml-node.ts';

/** Events by one call. */
const largestBatch = 50;

/** GetEvents: what happened since a watermark. */
export const getEvents: Operation = (call) =>
  answerEach('GetEvents', [childText(call.request, 'SubscriptionId') ?? ''], (id) => {
    const subscription = call.hub.find(id, 'pull');
    if (subscription === undefined) throw new EwsError('ErrorSubscriptionNotFound');
    if (subscription.takeMissed()) throw new EwsError('ErrorMissedNotificationEvents', 'Events were missed.');
    const watermark = childText(call.request, 'Watermark') ?? '';
    const number = numberOf(subscription, watermark);
    if (number === undefined) throw new EwsError('ErrorInvalidWatermark');
    const events = subscription.after(number, largestBatch);
    if (events === undefined) throw new EwsError('ErrorEventNotFound');
    const nodes = events.map((event) => eventNode(event, subscription));
    const status = el('StatusEvent', [el('Watermark', watermarkOf(subscription, number))]);
    const more = (events.at(-1)?.number ?? number) < subscription.number;
    return [
      el('Notification', [
        el('SubscriptionId', id),
        el('PreviousWatermark', watermark),
        el('MoreEvents', more),
        ...(nodes.length > 0 ? nodes : [status]),
      ]),
    ];
  });
