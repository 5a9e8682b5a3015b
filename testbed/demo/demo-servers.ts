import { demoMail } from './demo-mail.ts';
import { demoMessages } from './demo-messages.ts';
import { demoCustomers, demoPassword, demoQueue, demoUsers } from './demo-people.ts';
import { type Pop3Sandbox, startPop3Sandbox } from './pop3-sandbox.ts';
import { startSmtpSandbox } from './smtp-sandbox.ts';

/** Something that happened on the sandbox servers, in words. */
export type DemoEvent = (sentence: string) => void;

/** The demo's mail servers, with customers who answer. */
export interface DemoServers {
  readonly pop3Port: number;
  readonly smtpPort: number;
  /** Delivers the next sample message; false when all have arrived. */
  deliverNext(): Promise<boolean>;
  stop(): Promise<void>;
}

/** Answers to a customer carry this long a pause, milliseconds. */
const answerDelayMs = 4_000;

/** Starts POP3 and SMTP on loopback. Mail to the organisation lands in its POP3 maildrops; a customer who gets mail answers it once. */
export async function startDemoServers(onEvent: DemoEvent): Promise<DemoServers> {
  const ours = [...demoUsers.map((user) => user.address), demoQueue.address];
  const users = new Map(ours.map((address) => [address, demoPassword]));
  const pop3 = await startPop3Sandbox({ users });
  const timers = new Set<NodeJS.Timeout>();
  const answered = new Set<string>();
  let next = 0;
  const smtp = await startSmtpSandbox({
    users,
    onMessage: (envelope, raw) => {
      for (const recipient of envelope.to) {
        if (users.has(recipient)) pop3.deliver(recipient, raw);
        else answerLater(pop3, recipient, raw, { timers, answered, onEvent });
      }
    },
  });
  return {
    pop3Port: pop3.port,
    smtpPort: smtp.port,
    deliverNext: async () => {
      const message = demoMessages[next];
      if (message === undefined) return false;
      next += 1;
      const raw = await demoMail(message, `demo-${next}@${message.from.address.split('@')[1]}`, new Date());
      for (const address of [message.to, message.cc].filter((text) => text !== undefined)) pop3.deliver(address, raw);
      onEvent(`${message.from.name} <${message.from.address}> wrote to ${message.to}: "${message.subject}"`);
      return true;
    },
    stop: async () => {
      for (const timer of timers) clearTimeout(timer);
      await Promise.all([pop3.stop(), smtp.stop()]);
    },
  };
}

interface Answering {
  readonly timers: Set<NodeJS.Timeout>;
  readonly answered: Set<string>;
  readonly onEvent: DemoEvent;
}

function answerLater(pop3: Pop3Sandbox, recipient: string, raw: Buffer, answering: Answering): void {
  const customer = demoCustomers.find((person) => person.address === recipient);
  const head =
    raw
      .toString('latin1')
      .split('\r\n\r\n', 1)[0]
      ?.replace(/\r\n[ \t]+/g, ' ') ?? '';
  const field = (name: string): string => new RegExp(`^${name}: *(.*)$`, 'im').exec(head)?.[1]?.trim() ?? '';
  const sender = /[^\s<>]+@[^\s<>]+/.exec(field('From'))?.[0] ?? '';
  answering.onEvent(`Mailroom sent to ${recipient}: subject ${field('Subject')}`);
  if (customer === undefined || answering.answered.has(recipient)) return;
  answering.answered.add(recipient);
  const timer = setTimeout(() => {
    answering.timers.delete(timer);
    const name = `${customer.firstName} ${customer.lastName}`;
    void demoMail(
      {
        from: { name, address: customer.address },
        to: sender,
        subject: `Re: ${field('Subject')}`,
        text: `Thank you, that helps.\n\n${name}`,
        inReplyTo: field('Message-ID'),
        references: `${field('References')} ${field('Message-ID')}`.trim(),
      },
      `answer-${Date.now()}@${customer.address.split('@')[1]}`,
      new Date(),
    ).then((answer) => {
      pop3.deliver(sender, answer);
      answering.onEvent(`${name} answered ${sender}`);
    });
  }, answerDelayMs);
  answering.timers.add(timer);
}
