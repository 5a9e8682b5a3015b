import type { Random } from './random.ts';
import { type Language, words } from './words.ts';

/** Sentences of about `length` characters, in paragraphs. */
export function prose(random: Random, language: Language, length: number): string {
  const joint = language === 'japanese' ? '' : ' ';
  const stop = language === 'japanese' ? '。' : '. ';
  let text = '';
  let sentences = 0;
  while (text.length < length) {
    text += sentence(random, language, joint) + stop;
    sentences += 1;
    if (sentences % 4 === 0) text += '\n\n';
  }
  return `${text.trim()}\n`;
}

/** A few words for a subject line. */
export function subjectLine(random: Random, language: Language): string {
  return sentence(random, language, language === 'japanese' ? '' : ' ').slice(0, 60);
}

function sentence(random: Random, language: Language, joint: string): string {
  const count = random.between(4, 12);
  const number = random.between(1, 4) === 1 ? `${joint}${random.between(100, 99_999)}` : '';
  return Array.from({ length: count }, () => random.pick(words[language])).join(joint) + number;
}

/** The text as HTML with a little of what mail programs add. */
export function asHtml(text: string): string {
  const paragraphs = text
    .trim()
    .split('\n\n')
    .map((part) => `<p style="margin:0 0 8px 0;font-family:Calibri,sans-serif">${part}</p>`);
  return `<html><head><style>p { margin: 0 }</style></head><body>\n${paragraphs.join('\n')}\n<p><a href="https://shop.example/orders">shop.example</a></p></body></html>\n`;
}
