/** What happened in a mailbox, as notifications tell it. */
export interface MailboxEvent {
  readonly type: 'NewMailEvent' | 'CreatedEvent' | 'DeletedEvent' | 'ModifiedEvent' | 'MovedEvent' | 'CopiedEvent';
  /** Number of the change. */
  readonly seq: number;
  readonly at: number;
  readonly item?: { readonly id: string; readonly changeKey: number };
  readonly folder?: { readonly id: string; readonly changeKey: number };
  readonly parentFolderId: string;
  /** Of a move or copy: what it was before. */
  readonly oldItemId?: string;
  readonly oldFolderId?: string;
  readonly oldParentFolderId?: string;
}
