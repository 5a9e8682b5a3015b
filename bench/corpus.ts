import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { composeMessage, type MessagePlan, type Sender } from './corpus/compose-message.ts';
import { createDeck, createRandom, type Random } from './corpus/random.ts';
import { type Language, names } from './corpus/words.ts';

/** S5k: daily mail; B200: 200 messages of a megabyte; H25: one of 25 MB. */
export type CorpusName = 'S5k' | 'B200' | 'H25';

/** One message of a corpus: how it was planned, and its bytes. */
export interface CorpusMessage {
  readonly plan: MessagePlan;
  readonly raw: Buffer;
}

interface Shape {
  readonly seed: number;
  readonly count: number;
  /** Attachment of every message, bytes; undefined for the daily mix. */
  readonly onlyAttachmentBytes?: number;
}

const megabyte = 1_000_000;

/** A message of 1.04 MB has an attachment of 0.76 MB, because base64 with its line ends adds 37 %. */
const shapes: Readonly<Record<CorpusName, Shape>> = {
  S5k: { seed: 0x5eed_0001, count: 5000 },
  B200: { seed: 0x5eed_0002, count: 200, onlyAttachmentBytes: 0.758 * megabyte },
  H25: { seed: 0x5eed_0003, count: 1, onlyAttachmentBytes: 18.25 * megabyte },
};

/** The two addresses the corpus writes to, in turn. */
export const corpusRecipients = ['support@harbour.example', 'sales@harbour.example'] as const;

const firstDateMs = Date.UTC(2026, 0, 5, 8);
const secondsBetween = 97;
/** An answer goes to one of so many messages before. */
const conversationReach = 200;

/** The people who write: 500 in 50 domains. */
export function corpusSenders(): readonly Sender[] {
  const random = createRandom(0x5eed_0000);
  const languages: readonly Language[] = ['latin', 'latin', 'greek', 'cyrillic', 'polish', 'japanese'];
  return Array.from({ length: 500 }, (_, index) => {
    const language = languages[index % languages.length] ?? 'latin';
    const [givenName, familyName] = random.pick(names[language]);
    return { givenName, familyName, language, address: `person${index}@customer${index % 50}.example` };
  });
}

/**
 * The messages of a corpus, one after the other; the same bytes every time. A volume from 1 on is of the same shape with other messages,
 * for a store that holds those of the volumes before.
 */
export function* corpusMessages(name: CorpusName, volume = 0): Generator<CorpusMessage> {
  const shape = shapes[name];
  const random = createRandom(shape.seed + volume * 0x100);
  const nextPlan = createPlanner(volume === 0 ? name : `${name}.${volume}`, shape, random);
  for (let number = 1; number <= shape.count; number += 1) {
    const plan = nextPlan(number);
    yield { plan, raw: composeMessage(plan, random) };
  }
}

/** Writes a corpus (a volume of it) as `00001.eml` and so on into `folder` and returns the paths in order. */
export function writeCorpus(name: CorpusName, folder: string, volume = 0): readonly string[] {
  mkdirSync(folder, { recursive: true });
  const files: string[] = [];
  for (const { plan, raw } of corpusMessages(name, volume)) {
    const file = path.join(folder, `${String(plan.number).padStart(5, '0')}.eml`);
    writeFileSync(file, raw);
    files.push(file);
  }
  return files;
}

function createPlanner(name: string, shape: Shape, random: Random): (number: number) => MessagePlan {
  const decks = createDecks(random);
  const senders = corpusSenders();
  const threads: (readonly string[])[] = [];
  return (number) => {
    const charset = decks.charset();
    const sender = random.pick(senders);
    const kind = shape.onlyAttachmentBytes === undefined ? decks.kind() : 'mixed';
    const messageId = `${name}.${number}.${random.between(100_000, 999_999)}@${sender.address.split('@')[1]}`;
    const isAnswer = decks.isAnswer() && number > 1;
    const before = isAnswer
      ? (threads[number - 1 - random.between(1, Math.min(conversationReach, number - 1))] ?? [])
      : [];
    threads[number - 1] = [...before.slice(-9), messageId];
    return {
      number,
      kind,
      charset,
      encoding: decks.encoding(),
      language: charset === 'utf-8' ? decks.language() : 'latin',
      sender,
      to: corpusRecipients[(number - 1) % 2] ?? corpusRecipients[0],
      cc: Array.from({ length: decks.ccCount() }, () => random.pick(senders).address),
      messageId,
      references: before,
      token: decks.hasToken() ? `CRM:${String(random.between(1, 9_999_999)).padStart(7, '0')}` : '',
      isAutomatic: decks.isAutomatic(),
      date: new Date(firstDateMs + number * secondsBetween * 1000),
      textLength: textLength(random, kind, charset),
      attachmentBytes: kind === 'mixed' ? (shape.onlyAttachmentBytes ?? 15_000) : 0,
    };
  };
}

function createDecks(random: Random) {
  return {
    kind: createDeck<MessagePlan['kind']>(random, [
      ['plain', 6],
      ['alternative', 3],
      ['mixed', 1],
    ]),
    charset: createDeck<MessagePlan['charset']>(random, [
      ['utf-8', 8],
      ['iso-8859-1', 1],
      ['windows-1252', 1],
    ]),
    encoding: createDeck<MessagePlan['encoding']>(random, [
      ['quoted-printable', 2],
      ['base64', 1],
    ]),
    language: createDeck<Language>(random, [
      ['latin', 4],
      ['greek', 1],
      ['cyrillic', 1],
      ['polish', 1],
      ['japanese', 1],
    ]),
    ccCount: createDeck(random, [
      [0, 28],
      [1, 3],
      [2, 3],
      [3, 3],
      [4, 3],
    ]),
    isAnswer: createDeck(random, [
      [true, 2],
      [false, 3],
    ]),
    hasToken: createDeck(random, [
      [true, 1],
      [false, 4],
    ]),
    isAutomatic: createDeck(random, [
      [true, 1],
      [false, 49],
    ]),
  };
}

/** Characters of text; most mails are short, a few long. */
function textLength(random: Random, kind: MessagePlan['kind'], charset: MessagePlan['charset']): number {
  const long = random.between(1, 10) === 1 ? 3 : 1;
  const base = kind === 'alternative' ? random.between(150, 940) : random.between(190, 1490);
  return Math.round(base * long * (charset === 'utf-8' ? 1 : 1.4));
}
