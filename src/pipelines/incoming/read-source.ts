import { type IncomingMail, type MailSource, readIncomingMail } from './incoming-mail.ts';
import type { Judging } from './incoming-turn.ts';
import { recoverOriginals } from './recover-originals.ts';

/** The message in some bytes, or in a forward mailbox the originals attached to it (FW-02). Throws MailroomError, kind `item`, when it cannot be read. */
export async function readSource(
  judging: Pick<Judging, 'isForward' | 'context'>,
  source: MailSource,
): Promise<readonly IncomingMail[]> {
  const now = judging.context.clock.now();
  return judging.isForward ? recoverOriginals(source, now) : [await readIncomingMail(source, now)];
}
