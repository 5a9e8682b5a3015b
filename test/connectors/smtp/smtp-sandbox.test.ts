import { openSmtp } from '../../../src/connectors/smtp/open-smtp.ts';
import { type ArrivedMail, mailSenderContract } from '../../../testbed/contracts/mail-sender-contract.ts';
import { startSmtpSandbox } from '../../../testbed/demo/smtp-sandbox.ts';
import { loopback, never } from './smtp-fixtures.ts';

mailSenderContract('SMTP sandbox of the demo', async () => {
  const mails: ArrivedMail[] = [];
  const sandbox = await startSmtpSandbox({
    users: new Map([['anna', 'secret']]),
    onMessage: (envelope, raw) => void mails.push({ to: envelope.to, raw }),
  });
  const signIn = { kind: 'password', username: 'anna', password: 'secret' } as const;
  return {
    open: () => openSmtp(loopback(sandbox.port, { signIn, maxConnections: 3 }), never),
    arrived: async () => mails,
    stop: () => sandbox.stop(),
  };
});
