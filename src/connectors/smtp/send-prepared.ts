import type { Readable } from 'node:stream';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { PreparedEnvelope } from './smtp-envelope.ts';

/** The part of the library's connection that writes commands; it is not in its published types. */
interface CommandWriter {
  _sendCommand(command: string, logged?: string): void;
}

/**
 * Starts the transaction on `connection`. The library adds SMTPUTF8 only when an envelope address is international; when it
 * is a header alone that needs it (RFC 6531 3.4), the keyword is added to this one MAIL command.
 */
export function sendPrepared(
  connection: SMTPConnection,
  prepared: PreparedEnvelope,
  message: Readable,
  done: (error?: Error | null) => void,
): void {
  if (!prepared.smtpUtf8) {
    connection.send(prepared.envelope, message, done);
    return;
  }
  const writer = connection as unknown as CommandWriter;
  const plain = writer._sendCommand;
  writer._sendCommand = (command, logged) => {
    const isMail = command.startsWith('MAIL FROM:') && !/> .*\bSMTPUTF8\b/.test(command);
    plain.call(connection, isMail ? `${command} SMTPUTF8` : command, logged);
  };
  connection.send(prepared.envelope, message, (error) => {
    writer._sendCommand = plain;
    done(error);
  });
}
