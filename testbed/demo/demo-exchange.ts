import { type ExchangeSimulator, startExchange } from '../exchange/start-exchange.ts';
import { demoExchangeUser, demoPassword } from './demo-people.ts';

/** Takes mail that the Exchange user sends to others. */
export type TakeMail = (recipient: string, raw: Buffer) => void;

/** Starts the demo's simulated Exchange with one mailbox; what its user sends to others goes to `onMail`. */
export async function startDemoExchange(onMail: TakeMail): Promise<ExchangeSimulator> {
  const { address, firstName, lastName } = demoExchangeUser;
  return startExchange({
    mailboxes: [{ address, password: demoPassword, displayName: `${firstName} ${lastName}` }],
    onOutbound: ({ to, raw }) => {
      for (const recipient of to) onMail(recipient, raw);
    },
  });
}
