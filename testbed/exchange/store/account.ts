import type { Mailbox } from './mailbox.ts';

/** What one user may do in a folder of another. */
export type PermissionLevel = 'Reviewer' | 'Author' | 'Editor' | 'Owner';

/** A user with a mailbox. */
export interface Account {
  /** Primary SMTP address, also the user principal name. */
  readonly address: string;
  readonly displayName: string;
  /** Further addresses that lead to the mailbox. */
  readonly aliases: readonly string[];
  /** Names to sign in with besides the address: `DOMAIN\user` and `user`. */
  readonly userName: string;
  readonly domain: string;
  readonly sid: string;
  password: string;
  /** Windows name of the zone set in the user's mailbox options. */
  readonly timeZone: string;
  readonly mailbox: Mailbox;
  /** May act as any other user (role ApplicationImpersonation). */
  mayImpersonate: boolean;
  /** Addresses of those with all rights on the mailbox. */
  readonly fullAccess: Set<string>;
  readonly sendAs: Set<string>;
  readonly sendOnBehalf: Set<string>;
  /** By folder id: what others may do, by their address. */
  readonly permissions: Map<string, Map<string, PermissionLevel>>;
  /** Answer when out of office; undefined when switched off. */
  outOfOffice: string | undefined;
}
