import type { EntityReference } from '../../../tables/table-definition.ts';
import type { IncomingMail } from '../incoming-mail.ts';
import type { MailboxAddresses } from '../resolve-people.ts';

/** Where a message was found, when not in the inbox by itself. */
export type Placement =
  /** In a tracked folder (ch. FT). */
  | {
      readonly kind: 'folder';
      readonly folderId: string;
      readonly path: string;
      /** What mail in the folder is about; undefined leaves it open (FT-08). */
      readonly regarding: EntityReference | undefined;
    }
  /** With the category that tracks (ch. CT). */
  | { readonly kind: 'category'; readonly name: string }
  /** In Sent Items (ch. SI). */
  | { readonly kind: 'sent'; readonly folderId: string };

/** Why a message that a person put there is tracked, as a sentence. Pure. */
export function placementReason(placement: Placement): string {
  switch (placement.kind) {
    case 'folder':
      return `It lies in the folder "${placement.path}", which is tracked; no filter is asked about that.`;
    case 'category':
      return `Somebody put the category "${placement.name}" on it, which no filter is asked about.`;
    case 'sent':
      return 'It lies in Sent Items.';
  }
}

/** The place in a few words. Pure. */
export function placementWords(placement: Placement): string {
  switch (placement.kind) {
    case 'folder':
      return placement.path;
    case 'category':
      return `the category ${placement.name}`;
    case 'sent':
      return 'Sent Items';
  }
}

/** True for what the mailbox itself sent, and not to itself (IN-37). Pure. */
export function isSentByMailbox(mail: IncomingMail, addresses: MailboxAddresses): boolean {
  const isOwn = (address: string): boolean =>
    address !== '' && (address === addresses.main || addresses.alternates.has(address));
  return isOwn(mail.senderAddress) && !mail.recipients.some(({ address }) => isOwn(address));
}
