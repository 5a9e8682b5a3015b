import type { HttpSignIn } from '../soap/http-sign-in.ts';

/** Makes the tokens of one sign-in, as Kerberos does. */
export interface TicketExchange {
  /** The next token, base64, in answer to the server's (empty at first). */
  step(challenge: string): Promise<string>;
}

/** Begins a sign-in to a service such as `HTTP@mail.example.com`. Throws MailroomError 8005E23B when there is no Kerberos here. */
export type BeginTickets = (service: string) => Promise<TicketExchange>;

/** Negotiate over HTTP (RFC 4559): the ticket of the service's own account; nothing is sent before the server asks for it. */
export function negotiateSignIn(host: string, begin: BeginTickets): HttpSignIn {
  let running: TicketExchange | undefined;
  return {
    first: () => {
      running = undefined;
      return undefined;
    },
    next: async (challenges) => {
      const offers = challenges.map((line) => /^Negotiate(?:\s+([\w+/=]+))?$/i.exec(line.trim()));
      const offer = offers.find((match) => match !== null);
      if (offer === undefined || offer === null) return undefined;
      // Asked again without a word after an answer: it was refused.
      if (offer[1] === undefined && running !== undefined) return undefined;
      running ??= await begin(`HTTP@${host}`);
      return `Negotiate ${await running.step(offer[1] ?? '')}`;
    },
  };
}
