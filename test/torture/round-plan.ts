import type { Random } from '../../bench/corpus/random.ts';

/** What happens in one round, decided before it begins. */
export interface RoundPlan {
  /** Messages delivered to each of the two maildrops. */
  readonly deliveries: readonly ('kept' | 'deleting' | 'both')[];
  /** Emails asked to be sent. */
  readonly sends: number;
  readonly victim: Victim;
  readonly trigger: Trigger;
  /** True when the maildrop that keeps its mail gets new numbers while the service is down. */
  readonly renumbers: boolean;
}

/** What is killed; `lines` are the connections to the mail servers, whose other ends live on. */
export type Victim = 'service' | 'database' | 'both' | 'lines';

/** When the victim is killed: some time after the round's beginning, or at a word that the service says to a mail server. */
export type Trigger =
  | { readonly kind: 'time'; readonly afterMs: number }
  | {
      readonly kind: 'word';
      readonly server: string;
      readonly word: Word;
      readonly nth: number;
      readonly afterMs: number;
    };

/** Moments at which something is at stake: reading, deleting, and handing over. */
export type Word =
  | 'fetch'
  | 'delete'
  | 'quit'
  | 'envelope'
  | 'data'
  | 'end of message'
  | 'sync'
  | 'get'
  | 'remove'
  | 'draft'
  | 'send'
  | 'find';

/** What the service says at such a moment: RFC 1939 (whole messages are fetched by RETR or TOP), RFC 9051, RFC 5321, operations of EWS. */
export const lineOf: Readonly<Record<Word, RegExp>> = {
  fetch: /^(?:(?:RETR|TOP) |\S+ UID FETCH .*BODY\.PEEK\[\])/i,
  delete: /^(?:DELE |\S+ UID (?:STORE|EXPUNGE) )/i,
  quit: /^(?:QUIT|\S+ LOGOUT)$/i,
  envelope: /^MAIL /i,
  data: /^DATA$/i,
  'end of message': /^\.$/,
  sync: /<m:SyncFolderItems>/,
  get: /<m:GetItem>/,
  remove: /<m:DeleteItem /,
  draft: /<m:CreateItem /,
  send: /<m:SendItem /,
  find: /<m:FindItem /,
};

/** Server, moment, and up to the how manieth time. */
export type Moment = readonly [string, Word, number];

/** What a kind of mail server can be struck in. */
export interface Dangers {
  readonly moments: readonly Moment[];
  /** Drawn from; one that stands here twice is twice as likely. */
  readonly victims: readonly Victim[];
  /** One round in so many has the server number its messages anew; absent for never. */
  readonly renumbersOneIn?: number;
}

/** POP3 and SMTP. */
export const classicDangers: Dangers = {
  moments: [
    ['pop3', 'fetch', 12],
    ['pop3', 'delete', 4],
    ['pop3', 'quit', 2],
    ['smtp', 'envelope', 4],
    ['smtp', 'data', 4],
    ['smtp', 'end of message', 4],
  ],
  victims: ['service', 'service', 'service', 'database', 'both'],
};

/** IMAP and SMTP: many messages come with one command; lines are cut, and UIDVALIDITY changes. */
export const imapDangers: Dangers = {
  moments: [
    ['imap', 'fetch', 3],
    ['imap', 'delete', 4],
    ['imap', 'quit', 2],
    ['smtp', 'envelope', 4],
    ['smtp', 'data', 4],
    ['smtp', 'end of message', 4],
  ],
  victims: ['service', 'service', 'service', 'lines', 'lines', 'database', 'both'],
  renumbersOneIn: 8,
};

/** Exchange: the SyncState is in flight, a draft is made, a message is sent; and lines are cut. */
export const exchangeDangers: Dangers = {
  moments: [
    ['ews', 'sync', 4],
    ['ews', 'get', 3],
    ['ews', 'remove', 2],
    ['ews', 'draft', 4],
    ['ews', 'send', 4],
    ['ews', 'find', 6],
  ],
  victims: ['service', 'service', 'lines', 'lines', 'database', 'both'],
};

/** Draws a round: half of the kills at a random time, half at a random word. */
export function planRound(random: Random, dangers: Dangers): RoundPlan {
  return {
    deliveries: Array.from({ length: random.between(3, 12) }, () => random.pick(['kept', 'deleting', 'both'] as const)),
    sends: random.between(2, 6),
    victim: random.pick(dangers.victims),
    trigger:
      random.between(0, 1) === 0 ? { kind: 'time', afterMs: random.between(0, 1500) } : wordTrigger(random, dangers),
    renumbers: dangers.renumbersOneIn !== undefined && random.between(1, dangers.renumbersOneIn) === 1,
  };
}

function wordTrigger(random: Random, { moments }: Dangers): Trigger {
  const [server, word, most] = random.pick(moments);
  // At once, or up to 30 ms later: then the server has often answered and a commit is under way.
  return { kind: 'word', server, word, nth: random.between(1, most), afterMs: random.pick([0, 1, 2, 5, 10, 30]) };
}

/** The plan in words, for the progress line. */
export function describePlan(plan: RoundPlan): string {
  const { trigger } = plan;
  const moment =
    trigger.kind === 'time'
      ? `${trigger.afterMs} ms after the start`
      : `${trigger.afterMs} ms after ${trigger.server.toUpperCase()} ${trigger.word} no. ${trigger.nth}`;
  return `${plan.victim} ${plan.victim === 'lines' ? 'cut' : 'killed'} ${moment}${plan.renumbers ? ', messages renumbered' : ''}`;
}
