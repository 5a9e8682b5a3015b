const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text with the characters that mean something in HTML written as entities. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/** Plain text as HTML that shows the same: nothing in it is taken as markup, line ends become `<br>`, NUL goes. */
export function textToHtml(text: string): string {
  const lines = escapeHtml(text.replace(/\0/g, '')).split(/\r\n|\r|\n/);
  const shown = lines.map((line) =>
    line.replace(/ {2}/g, ' &nbsp;').replace(/^ /, '&nbsp;').replace(/\t/g, '&nbsp;&nbsp;&nbsp; '),
  );
  return `<div>${shown.join('<br>\n')}</div>`;
}
