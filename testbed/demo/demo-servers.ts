import type { ExchangeSimulator } from '../exchange/start-exchange.ts';
import { startDemoExchange } from './demo-exchange.ts';
import { demoMail } from './demo-mail.ts';
import { demoMessages } from './demo-messages.ts';
import { demoCustomers, demoExchangeUser, demoPassword, demoQueue, demoUsers } from './demo-people.ts';
import { startPop3Sandbox } from './pop3-sandbox.ts';
import { startSmtpSandbox } from './smtp-sandbox.ts';

/** Something that happened on the sandbox servers, in words. */
export type DemoEvent = (sentence: string) => void;

/** The demo's mail servers, with customers who answer. */
export interface DemoServers {
  readonly pop3Port: number;
  readonly smtpPort: number;
  /** Address of the web services of the simulated Exchange. */
  readonly ewsUrl: string;
  readonly exchange: ExchangeSimulator;
  /** Delivers the next sample message; false when all have arrived. */
  deliverNext(): Promise<boolean>;
  stop(): Promise<void>;
}

/** Answers to a customer carry this long a pause, milliseconds. */
const answerDelayMs = 4_000;

/** Starts POP3, SMTP and a simulated Exchange on loopback. Mail to the organisation lands there; a customer who gets mail answers it once. */
export async function startDemoServers(onEvent: DemoEvent): Promise<DemoServers> {
  const ours = [...demoUsers.map((user) => user.address), demoQueue.address];
  const users = new Map(ours.map((address) => [address, demoPassword]));
  const pop3 = await startPop3Sandbox({ users });
  const timers = new Set<NodeJS.Timeout>();
  const answered = new Set<string>();
  let next = 0;
  const carry = (recipient: string, raw: Buffer): void => {
    if (recipient === demoExchangeUser.address) exchange.deliver(recipient, raw);
    else if (users.has(recipient)) pop3.deliver(recipient, raw);
    else answerLater(recipient, raw, { timers, answered, onEvent, carry });
  };
  const exchange = await startDemoExchange(carry);
  const smtp = await startSmtpSandbox({
    users,
    onMessage: (envelope, raw) => {
      for (const recipient of envelope.to) carry(recipient, raw);
    },
  });
  return {
    pop3Port: pop3.port,
    smtpPort: smtp.port,
    ewsUrl: exchange.ewsUrl,
    exchange,
    deliverNext: async () => {
      const message = demoMessages[next];
      if (message === undefined) return false;
      next += 1;
      const raw = await demoMail(message, `demo-${next}@${message.from.address.split('@')[1]}`, new Date());
      for (const address of [message.to, message.cc].filter((text) => text !== undefined)) carry(address, raw);
      onEvent(`${message.from.name} <${message.from.address}> wrote to ${message.to}: "${message.subject}"`);
      return true;
    },
    stop: async () => {
      for (const timer of timers) clearTimeout(timer);
      await Promise.all([pop3.stop(), smtp.stop(), exchange.stop()]);
    },
  };
}

interface Answering {
  readonly timers: Set<NodeJS.Timeout>;
  readonly answered: Set<string>;
  readonly onEvent: DemoEvent;
  readonly carry: (recipient: string, raw: Buffer) => void;
}

function answerLater(recipient: string, raw: Buffer, answering: Answering): void {
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
      answering.carry(sender, answer);
      answering.onEvent(`${name} answered ${sender}`);
    });
  }, answerDelayMs);
  answering.timers.add(timer);
}
