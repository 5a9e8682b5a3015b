import type { Endpoint } from '../../contracts/connector.ts';
import type { BeginTickets } from './negotiate/negotiate-sign-in.ts';
import type { SchemaVersion } from './soap/envelope.ts';
import type { BearerSource } from './soap/http-sign-in.ts';

/** Where an Exchange mailbox is and how to reach it. */
export interface ExchangeEndpoint extends Endpoint {
  /** Address of `Exchange.asmx`. */
  readonly ewsUrl: string;
  /** SMTP address of the mailbox. */
  readonly mailboxAddress: string;
  /** True when the account acts for the mailbox by ApplicationImpersonation (CN-03). */
  readonly impersonates: boolean;
  /** How a password signs in; `offered` takes NTLM where the server offers it, else Basic; `negotiate` needs none. */
  readonly passwordScheme: 'basic' | 'ntlm' | 'offered' | 'negotiate';
  /** Tokens to sign in with instead of `signIn` (OAuth of an application). */
  readonly bearer?: BearerSource | undefined;
  /** Where Negotiate has its tickets from; the package `kerberos` when absent. */
  readonly tickets?: BeginTickets | undefined;
  /** Who signs in, as far as limits of the server are concerned; the user name of `signIn` when absent. */
  readonly account?: string | undefined;
  /** Names of the category that marks tracked items, its present one first; absent where nothing is marked (CT-05 to CT-07). */
  readonly categories?: readonly string[] | undefined;
  /** The newest schema to ask for; what the server offers when absent. */
  readonly newestSchema?: SchemaVersion | undefined;
  /** OU-14: keep a copy of what is sent. */
  readonly savesSentCopy: boolean;
}
