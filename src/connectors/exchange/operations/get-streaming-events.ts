import { asMailroomError, type MailroomError } from '../../../base/errors.ts';
import type { EwsClient } from '../soap/ews-client.ts';
import { childOf, textAt, type XmlNode } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';

/** Longest time Exchange keeps the answer open, minutes (limit of the operation: 30). */
const openMinutes = 29;

/** Subscriptions one connection may carry (limit of the operation). */
export const mostSubscriptions = 200;

/** An event of a subscription: its type, and the folder it is about with the one before a move. */
export interface StreamedEvent {
  readonly type: string;
  readonly folderIds: readonly string[];
}

/** Errors that end subscriptions, not the line: new ones are made, and what was missed is fetched. */
const lostCodes = new Set([
  'ErrorSubscriptionNotFound',
  'ErrorReadEventsFailed',
  'ErrorMissedNotificationEvents',
  'ErrorInvalidSubscription',
  'ErrorSubscriptionUnsubscribed',
  'ErrorExpiredSubscription',
]);

/**
 * GetStreamingEvents: hears of up to 200 subscriptions over one connection until the server ends the answer; `opened` is called with
 * its first sign of life, `news` with the id of each that has some, and what it is. Returns the ids the server has lost: those it names, all where it names none; empty after a regular end.
 */
export async function getStreamingEvents(
  client: EwsClient,
  subscriptionIds: readonly string[],
  heard: {
    readonly opened: () => void;
    readonly news: (subscriptionId: string, events: readonly StreamedEvent[]) => void;
  },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const request = element(
    'm:GetStreamingEvents',
    {},
    element('m:SubscriptionIds', {}, ...subscriptionIds.map((id) => textElement('t:SubscriptionId', id))),
    textElement('m:ConnectionTimeout', openMinutes),
  );
  let isFirst = true;
  let lost: readonly string[] = [];
  const hear = (message: XmlNode, error: MailroomError | undefined): void => {
    if (error === undefined) {
      if (isFirst) heard.opened();
      isFirst = false;
      tellNews(message, heard.news);
      return;
    }
    const named = (childOf(message, 'ErrorSubscriptionIds')?.children ?? []).map(({ text }) => text);
    lost = named.length > 0 ? named : subscriptionIds;
    throw error;
  };
  try {
    await client.stream('GetStreamingEvents', request, hear, signal);
  } catch (thrown) {
    if (!lostCodes.has(asMailroomError(thrown).code)) throw thrown;
    return lost.length > 0 ? lost : subscriptionIds;
  }
  return [];
}

/** Status events keep the line alive and say nothing. */
function tellNews(message: XmlNode, tell: (subscriptionId: string, events: readonly StreamedEvent[]) => void): void {
  for (const notification of childOf(message, 'Notifications')?.children ?? []) {
    const nodes = notification.children.filter(({ name }) => /Event$/.test(name) && name !== 'StatusEvent');
    if (nodes.length > 0) tell(textAt(notification, 'SubscriptionId') ?? '', nodes.map(eventOf));
  }
}

function eventOf(node: XmlNode): StreamedEvent {
  const folderIds = ['ParentFolderId', 'OldParentFolderId'].flatMap((name) => childOf(node, name)?.attributes.Id ?? []);
  return { type: node.name, folderIds };
}
