import type { ImapFlow } from 'imapflow';
import { imapError } from './imap-errors.ts';

/**
 * Keeps the open inbox under IDLE (RFC 2177), or asks by NOOP where the server lacks it, and calls `wake` when the server tells of a
 * message. imapflow begins IDLE anew before servers cut it (29 minutes). Ends when `signal` aborts.
 */
export async function watchInbox(
  client: ImapFlow,
  about: { readonly where: string; readonly secrets: readonly string[] },
  wake: () => void,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  const lost = new Promise<never>((_resolve, reject) => {
    client.once('close', () => reject(new Error('the server closed the connection')));
  });
  // The race below is not always waiting; a rejection nobody heard of would end the process.
  lost.catch(() => undefined);
  const onAbort = () => client.close();
  signal.addEventListener('abort', onAbort);
  client.on('exists', wake);
  try {
    while (!signal.aborted) await Promise.race([client.idle(), lost]);
  } catch (error) {
    if (!signal.aborted) throw imapError(error, about.where, 'waiting for new mail', about.secrets);
  } finally {
    client.off('exists', wake);
    signal.removeEventListener('abort', onAbort);
  }
}
