import { answerConversationIndex, newConversationIndex } from '../../formats/conversation-index.ts';
import { messageIds } from '../../formats/message-id.ts';
import type { EmailRow, ThreadFields } from './outgoing-email.ts';

/** What a new message is made from by chance: 16 bytes or more, of which the first 16 and the last are used. */
export type RandomBytes = Buffer;

/**
 * In-Reply-To, References and Thread-Index of an email (OU-09; RFC 5322 3.6.4, MS-OXOMSG 2.2.1.3): those of an earlier attempt
 * where there was one, the continuation of `parent`'s where it answers a stored email, a new thread otherwise.
 */
export function threadFieldsFor(
  email: EmailRow,
  parent: EmailRow | undefined,
  now: Date,
  random: RandomBytes,
): ThreadFields {
  const parentId = messageIds(parent?.messageid ?? '')[0] ?? '';
  const inReplyTo = parentId || (messageIds(email.inreplyto ?? '')[0] ?? '');
  const above = messageIds((parentId === '' ? email.mr_references : parent?.mr_references) ?? '');
  const references = [...new Set([...above.filter((id) => id !== inReplyTo), ...(inReplyTo ? [inReplyTo] : [])])];
  const answer = (): string =>
    parent?.conversationindex ? answerConversationIndex(parent.conversationindex, now, random.at(-1) ?? 0) : '';
  const conversationIndex = email.conversationindex || answer() || newConversationIndex(now, random.subarray(0, 16));
  return { inReplyTo, references, conversationIndex };
}
