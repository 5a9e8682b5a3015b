/** Attributes of an element; undefined ones are left out. */
export type XmlAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** An element with children that are XML already; children given as undefined or false are left out. */
export function element(
  name: string,
  attributes: XmlAttributes,
  ...children: readonly (string | undefined | false)[]
): string {
  let start = `<${name}`;
  for (const attribute in attributes) {
    const value = attributes[attribute];
    if (value !== undefined) start += ` ${attribute}="${escapeXml(String(value))}"`;
  }
  let content = '';
  for (const child of children) if (child !== undefined && child !== false) content += child;
  return content === '' ? `${start}/>` : `${start}>${content}</${name}>`;
}

/** An element that holds text. */
export function textElement(name: string, text: string | number | boolean): string {
  return `<${name}>${escapeXml(String(text))}</${name}>`;
}

/** Text as XML 1.0 can carry it: characters it forbids are dropped, since no server would take the request. */
export function escapeXml(text: string): string {
  // Looks first, since nearly every text is fine.
  if (plain.test(text)) return text;
  return text.replace(forbidden, '').replace(/[&<>"\r]/g, (character) => entities[character] ?? character);
}

/** A text that needs no change. */
const plain = /^[\t\n !#-%'-;=?-~]*$/;

const forbidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are forbidden (XML 1.0 2.2)
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
};
