/** Value of a header field of a message, unfolded, without angle brackets; empty when it has none. */
export function headerField(raw: Buffer, name: string): string {
  const head =
    raw
      .toString('latin1')
      .split('\r\n\r\n', 1)[0]
      ?.replace(/\r\n[ \t]+/g, ' ') ?? '';
  const value = new RegExp(`^${name}: *(.*)$`, 'im').exec(head)?.[1]?.trim() ?? '';
  return value.replace(/^<|>$/g, '');
}
