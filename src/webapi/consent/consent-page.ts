/** What a small page says. */
export interface ConsentPage {
  readonly title: string;
  readonly text: string;
  readonly button?: { readonly label: string; readonly href: string } | undefined;
}

const shown = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0) ?? 0};`);

/** The page as HTML, without scripts or styles; every text is escaped. */
export function consentPage({ title, text, button }: ConsentPage): string {
  const link = button === undefined ? '' : `<p><a href="${shown(button.href)}">${shown(button.label)}</a></p>`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${shown(title)}</title><main><h1>${shown(title)}</h1><p>${shown(text)}</p>${link}</main></html>`;
}
