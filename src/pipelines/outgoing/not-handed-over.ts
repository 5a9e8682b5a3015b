import { MailroomError } from '../../base/errors.ts';
import type { SendResult } from './decide-outcome.ts';

/** The result of an email that never touched the wire: it waits for the next turn, uncounted. `cause` is what kept it back; the end of the service when absent. */
export function notHandedOver(cause?: MailroomError): SendResult {
  const words = cause?.message ?? 'The service stopped before it was handed over; it goes with the next turn.';
  const error = new MailroomError(words, { code: cause?.code ?? 'mr_NotHandedOver', kind: 'transient' });
  return { kind: 'error', error, calledOff: true };
}
