import type { HttpSignIn } from '../soap/http-sign-in.ts';
import {
  authenticateMessage,
  type NtlmAccount,
  type NtlmNonce,
  negotiateMessage,
  readChallenge,
} from './ntlm-messages.ts';

export interface NtlmOptions {
  /** `DOMAIN\user`, `user@domain` or plain. */
  readonly username: string;
  readonly password: string;
  readonly nonce: () => NtlmNonce;
  /** The server's certificate on the connection in use (DER); undefined without TLS. */
  readonly certificate: () => Buffer | undefined;
}

/** NTLM over HTTP (MS-NTHT): two more requests on the same connection, which stays signed in. */
export function ntlmSignIn(options: NtlmOptions): HttpSignIn {
  const account = accountOf(options.username, options.password);
  let negotiate: Buffer | undefined;
  return {
    first: () => undefined,
    next: (challenges) => {
      const offer = challenges.map((line) => /^NTLM\s*([\w+/=]*)$/i.exec(line.trim())).find((match) => match !== null);
      if (offer === undefined || offer === null) return undefined;
      if (offer[1] === '' || offer[1] === undefined) {
        // Asked again after an answer: it was refused.
        if (negotiate !== undefined) return undefined;
        negotiate = negotiateMessage();
        return `NTLM ${negotiate.toString('base64')}`;
      }
      const message = Buffer.from(offer[1], 'base64');
      const parsed = readChallenge(message);
      if (parsed === undefined || negotiate === undefined) return undefined;
      const answer = authenticateMessage(account, negotiate, message, parsed, options.nonce(), options.certificate());
      negotiate = undefined;
      return `NTLM ${answer.toString('base64')}`;
    },
  };
}

function accountOf(name: string, password: string): NtlmAccount {
  const at = name.indexOf('\\');
  return at < 0
    ? { username: name, domain: '', password }
    : { username: name.slice(at + 1), domain: name.slice(0, at), password };
}
