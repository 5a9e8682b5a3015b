/** One server of an address's mailbox. */
export interface ServerSettings {
  readonly host: string;
  /** TCP port, 1 to 65535. */
  readonly port: number;
  readonly security: 'tls' | 'starttls';
}

/** How mail of an address is read and sent, found rather than typed; to be shown and confirmed, never used unseen. */
export interface MailSettings {
  /** Where it was found, in words. */
  readonly source: string;
  readonly incoming: ServerSettings & { readonly kind: 'imap' | 'pop3' };
  readonly outgoing: ServerSettings;
  /** Name to sign in with. */
  readonly username: string;
  /** True where the provider takes tokens only (consent), no password. */
  readonly needsOAuth: boolean;
}
