import { createRequire } from 'node:module';
import type { DemoMessage } from './demo-messages.ts';

interface Composer {
  compile(): { build(done: (error: Error | null, message: Buffer) => void): void };
}
const MailComposer: new (options: Record<string, unknown>) => Composer = createRequire(import.meta.url)(
  'nodemailer/lib/mail-composer',
);

/** The bytes of a sample message. */
export function demoMail(message: DemoMessage, messageId: string, date: Date): Promise<Buffer> {
  const composer = new MailComposer({
    from: message.from,
    to: message.to,
    cc: message.cc,
    subject: message.subject,
    text: message.text,
    html: message.html,
    inReplyTo: message.inReplyTo,
    references: message.references,
    messageId: `<${messageId}>`,
    date,
    attachments: message.attachment ? [{ filename: message.attachment.name, content: message.attachment.content }] : [],
    newline: '\r\n',
  });
  return new Promise((resolve, reject) => {
    composer.compile().build((error, bytes) => (error ? reject(error) : resolve(bytes)));
  });
}
