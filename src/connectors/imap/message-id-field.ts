import { normaliseMessageId } from '../../formats/message-id.ts';

const field = /^message-id:\s*([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)/im;

/** The Message-ID, without brackets, of a head that holds nothing else; empty when there is none. */
export function messageIdOf(head: Buffer | undefined): string {
  return normaliseMessageId(field.exec(head?.toString('latin1') ?? '')?.[1] ?? '');
}
