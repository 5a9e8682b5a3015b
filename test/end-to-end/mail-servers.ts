import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTransport } from 'nodemailer';
import { type DovecotServer, type StoredMessage, startDovecot } from '../../testbed/servers/dovecot.ts';
import { type Postfix, startPostfix } from '../../testbed/servers/postfix.ts';
import { selfSigned } from '../../testbed/servers/self-signed.ts';

/** Postfix that delivers into Dovecot over LMTP: a whole mail system on loopback, where every address has a maildrop. */
export interface MailServers {
  readonly dovecot: DovecotServer;
  readonly postfix: Postfix;
  /** The self-signed certificates of both, one after the other. */
  readonly caPem: string;
  /** Sends as somebody outside. */
  send(mail: OutsideMail): Promise<void>;
  /** The maildrop of an address, oldest first. */
  maildrop(address: string): Promise<readonly StoredMessage[]>;
  stop(): Promise<void>;
}

/** What somebody outside writes. */
export interface OutsideMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly cc?: readonly string[];
  readonly subject: string;
  readonly html: string;
  readonly messageId: string;
  readonly inReplyTo?: string;
  readonly references?: readonly string[];
}

/** How the mail system differs from one that takes mail from everybody here. */
export interface MailServersOptions {
  /** Where Dovecot asks about OAuth tokens (RFC 7662). */
  readonly introspectionUrl?: string;
  /** A free port: Postfix takes mail only from those who sign in, and asks Dovecot there. */
  readonly saslPort?: number;
}

/** Starts both, with TLS: POP3S on Dovecot, STARTTLS on Postfix. */
export async function startMailServers(options: MailServersOptions = {}): Promise<MailServers> {
  const { introspectionUrl, saslPort } = options;
  const folder = mkdtempSync(path.join(tmpdir(), 'mailroom-certificate-'));
  const certificate = writeCertificate(folder);
  const authentication =
    saslPort === undefined ? '' : `service auth {\n  inet_listener postfix {\n    port = ${saslPort}\n  }\n}`;
  const dovecot = await startDovecot({
    extra: `${certificate.settings}\n${authentication}`,
    ...(introspectionUrl === undefined ? {} : { introspectionUrl }),
  });
  const transport = { lmtpPort: dovecot.ports.lmtp };
  const sasl = saslPort === undefined ? {} : { saslPort };
  const postfix = await startPostfix({ transport, tls: true, ...sasl }).catch(async (error: unknown) => {
    await dovecot.stop();
    throw error;
  });
  const outside = createTransport({ host: '127.0.0.1', port: postfix.port, secure: false, ignoreTLS: true });
  return {
    dovecot,
    postfix,
    caPem: `${certificate.certPem}${postfix.caPem ?? ''}`,
    send: async ({ to, cc, references, ...mail }) => {
      await outside.sendMail({
        ...mail,
        to: [...to],
        cc: [...(cc ?? [])],
        ...(references === undefined ? {} : { references: [...references] }),
      });
    },
    maildrop: (address) => dovecot.listMessages(address),
    stop: async () => {
      outside.close();
      await Promise.all([postfix.stop(), dovecot.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A certificate of another name than Postfix's: of two trusted authorities with the same name, OpenSSL tries one only. */
function writeCertificate(folder: string): { readonly certPem: string; readonly settings: string } {
  const { keyPem, certPem } = selfSigned({ hosts: ['127.0.0.1', 'localhost'] });
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  writeFileSync(key, keyPem, { mode: 0o600 });
  writeFileSync(cert, certPem);
  return { certPem, settings: `ssl_cert = <${cert}\nssl_key = <${key}` };
}
