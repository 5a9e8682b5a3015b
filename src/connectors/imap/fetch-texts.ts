import type { ImapFlow } from 'imapflow';
import { command, type ImapArgument, type ImapToken, textOf } from './raw-commands.ts';

/** What is wanted of each message: its head, or so many bytes of it from its beginning. */
export type WantedText = 'head' | { readonly mostBytes: number };

/**
 * The texts of messages by UID, read state untouched (BODY.PEEK, RFC 9051 6.4.5); messages that are gone are left out. imapflow's own
 * reading makes a whole object of each answer, which costs as much as the parsing of a message. Rejects as imapflow does.
 */
export async function fetchTexts(
  client: ImapFlow,
  uids: readonly number[],
  wanted: WantedText,
): Promise<ReadonlyMap<number, Buffer>> {
  const texts = new Map<number, Buffer>();
  const section: ImapArgument[] = wanted === 'head' ? [{ type: 'ATOM', value: 'HEADER' }] : [];
  const partial = wanted === 'head' ? {} : { partial: [0, wanted.mostBytes] };
  const items: ImapArgument[] = [
    { type: 'ATOM', value: 'UID' },
    { type: 'ATOM', value: 'BODY.PEEK', section, ...partial },
  ];
  await command(client, 'UID FETCH', [{ type: 'SEQUENCE', value: uids.join(',') }, items], 'FETCH', ([, answer]) => {
    const { uid, text } = readAnswer(answer);
    if (uid !== undefined && text !== undefined) texts.set(uid, text);
  });
  return texts;
}

/** Servers tell of flags in answers of their own; such an answer has no text. */
function readAnswer(answer: ImapToken | undefined): {
  readonly uid: number | undefined;
  readonly text: Buffer | undefined;
} {
  let uid: number | undefined;
  let text: Buffer | undefined;
  if (!Array.isArray(answer)) return { uid, text };
  for (let at = 0; at + 1 < answer.length; at += 2) {
    const name = textOf(answer[at])?.toUpperCase();
    if (name === 'UID') uid = Number(textOf(answer[at + 1]));
    else if (name === 'BODY') text = bytesOf(answer[at + 1]);
  }
  return { uid, text };
}

function bytesOf(token: ImapToken | undefined): Buffer | undefined {
  if (token === undefined || token === null || !('value' in token)) return undefined;
  const { value } = token;
  return Buffer.isBuffer(value) ? value : typeof value === 'string' ? Buffer.from(value) : undefined;
}
