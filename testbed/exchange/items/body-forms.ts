import { htmlOfText, textOfHtml } from '../mime/html-text.ts';
import type { ItemContent } from '../store/item.ts';
import { el, type XmlNode } from '../xml/xml-node.ts';

/** The body in the wanted form; `Best` is HTML where there is one, as on a real server. */
export function bodyNode(content: ItemContent, wanted: 'Best' | 'HTML' | 'Text', name = 'Body'): XmlNode | undefined {
  if (content.body === undefined) return undefined;
  const type = wanted === 'Best' ? content.body.type : wanted;
  return el(name, bodyText(content, type), { BodyType: type });
}

/** The text of the body in a form, converted where it was not given in it. */
export function bodyText({ body, alternative }: ItemContent, type: 'HTML' | 'Text'): string {
  const same = [body, alternative].find((one) => one?.type === type);
  if (same !== undefined) return same.text;
  if (body === undefined) return '';
  return type === 'Text' ? textOfHtml(body.text) : htmlOfText(body.text);
}
