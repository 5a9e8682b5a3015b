const entities: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };

/** Plain text as the HTML of an email: paragraphs at empty lines, breaks at the others. */
export function htmlOfText(text: string): string {
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return safe
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${paragraph.replaceAll('\n', '<br>')}</p>`)
    .join('');
}

/** The plain text that `htmlOfText` makes such HTML of; undefined for a formatted text, which a box of plain text would spoil. */
export function textOfHtml(html: string): string | undefined {
  const text = html
    .replace(/^<p>/, '')
    .replace(/<\/p>$/, '')
    .replaceAll('</p><p>', '\n\n')
    .replaceAll('<br>', '\n')
    .replaceAll(/&lt;|&gt;|&amp;/g, (entity) => entities[entity] ?? entity);
  if (html === '') return '';
  // An email may also have been given as text without any mark.
  return htmlOfText(text) === html || (html === text && !/[<>&\n]/.test(html)) ? text : undefined;
}
