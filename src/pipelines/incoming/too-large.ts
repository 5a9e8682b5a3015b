import { MailroomError } from '../../base/errors.ts';
import type { MailHandle } from '../../contracts/mail-retriever.ts';
import type { RecordOf } from '../../tables/catalog.ts';

/** Why a message is not fetched: it is announced with more bytes than the profile takes (PAIN-14); undefined when it is not. Pure. */
export function tooLarge(handle: MailHandle, profile: RecordOf<'emailserverprofile'>): MailroomError | undefined {
  const limit = (profile.mr_maxmessagesizekb ?? 153_600) * 1024;
  if ((handle.sizeBytes ?? 0) <= limit) return undefined;
  return new MailroomError(
    `The message has ${handle.sizeBytes} bytes; the profile takes messages up to ${limit}. Raise the limit of the profile (mr_maxmessagesizekb) and release the message.`,
    { code: '8005E237', kind: 'item' },
  );
}
