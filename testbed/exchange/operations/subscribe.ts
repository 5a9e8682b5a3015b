import { findFolder } from '../access/find-target.ts';
import { isTrue } from '../items/set-property.ts';
import { watermarkOf } from '../notifications/event-node.ts';
import { startPushing } from '../notifications/push.ts';
import type { SubscriptionKind } from '../notifications/subscription.ts';
import { answerEach } from '../soap/answer.ts';
import type { Call, Operation } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import { child, childText, el, type XmlNode } from '../xml/xml-node.ts';

const kinds: Readonly<Record<string, SubscriptionKind>> = {
  PullSubscriptionRequest: 'pull',
  PushSubscriptionRequest: 'push',
  StreamingSubscriptionRequest: 'streaming',
};

/** Subscribe: to events of folders, to be asked for, pushed or streamed. */
export const subscribe: Operation = (call) =>
  answerEach('Subscribe', call.request.children, (wish) => {
    const kind = kinds[wish.name] ?? 'pull';
    if (kind === 'streaming' && !call.world.version.hasStreaming) {
      throw new EwsError('ErrorInvalidRequest', 'This server has no streaming notifications.', { isFault: true });
    }
    const { account, folderIds } = scopeOf(call, wish);
    const made = call.hub.add(
      {
        kind,
        account,
        folderIds,
        types: new Set((child(wish, 'EventTypes')?.children ?? []).map(({ text }) => text)),
        timeoutMinutes: Number(childText(wish, 'Timeout') ?? 30),
        url: childText(wish, 'URL'),
      },
      call.backEnd,
    );
    if (kind === 'push') startPushing(made, call.hub, call.envelope);
    return [
      el('SubscriptionId', made.id),
      kind === 'streaming' ? undefined : el('Watermark', watermarkOf(made, made.number)),
    ];
  });

function scopeOf(call: Call, wish: XmlNode) {
  if (isTrue(wish.attributes.SubscribeToAllFolders)) return { account: call.reader, folderIds: undefined };
  const targets = (child(wish, 'FolderIds')?.children ?? []).map((id) => findFolder(call, id));
  const [first] = targets;
  if (first === undefined) throw new EwsError('ErrorInvalidSubscriptionRequest', 'A subscription needs folders.');
  if (targets.some(({ account }) => account !== first.account)) {
    throw new EwsError('ErrorInvalidSubscriptionRequest', 'The folders of a subscription lie in one mailbox.');
  }
  if (first.account !== call.reader) throw new EwsError('ErrorSubscriptionDelegateAccessNotSupported');
  return { account: first.account, folderIds: new Set(targets.map(({ folder }) => folder.id)) };
}

/** Unsubscribe: ends a subscription. */
export const unsubscribe: Operation = (call) =>
  answerEach('Unsubscribe', [childText(call.request, 'SubscriptionId') ?? ''], (id) => {
    if (!call.hub.remove(id)) throw new EwsError('ErrorSubscriptionNotFound');
    return [];
  });
