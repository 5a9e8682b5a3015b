/** A small message with CRLF line ends; `extra` are further header lines. */
export function mailText(
  subject: string,
  options: { extra?: readonly string[]; body?: string; from?: string; to?: string } = {},
): Buffer {
  const {
    extra = [],
    body = `Body of ${subject}`,
    from = 'Customer <customer@else.example>',
    to = 'a@x.example',
  } = options;
  const lines = [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${subject}`,
    'Date: Tue, 01 Oct 2024 10:00:00 +0200',
    `Message-ID: <${subject.replace(/\W+/g, '-')}@else.example>`,
    'MIME-Version: 1.0',
    ...extra,
    'Content-Type: text/plain; charset=utf-8',
    '',
    body,
    '',
  ];
  return Buffer.from(lines.join('\r\n'), 'utf8');
}
