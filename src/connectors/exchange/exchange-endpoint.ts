import type { Endpoint } from '../../contracts/connector.ts';

/** Where an Exchange mailbox is and how to reach it. */
export interface ExchangeEndpoint extends Endpoint {
  /** Address of `Exchange.asmx`. */
  readonly ewsUrl: string;
  /** SMTP address of the mailbox. */
  readonly mailboxAddress: string;
  /** True when the account acts for the mailbox by ApplicationImpersonation (CN-03). */
  readonly impersonates: boolean;
  /** How a password signs in; `offered` takes NTLM where the server offers it, else Basic. */
  readonly passwordScheme: 'basic' | 'ntlm' | 'offered';
  /** OU-14: keep a copy of what is sent. */
  readonly savesSentCopy: boolean;
}
