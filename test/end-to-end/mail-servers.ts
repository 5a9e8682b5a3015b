import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTransport } from 'nodemailer';
import { startCyrus } from '../../testbed/servers/cyrus.ts';
import { type DovecotServer, startDovecot } from '../../testbed/servers/dovecot.ts';
import { type Postfix, startPostfix } from '../../testbed/servers/postfix.ts';
import { selfSigned } from '../../testbed/servers/self-signed.ts';

/** Postfix that delivers over LMTP into a server that keeps the mail: a whole mail system on loopback. */
export interface MailSystem {
  /** Where mail is read, with the password of everybody. */
  readonly store: { readonly ports: { readonly imaps: number; readonly pop3s: number }; readonly password: string };
  readonly postfix: Postfix;
  /** The self-signed certificates of both, one after the other. */
  readonly caPem: string;
  /** Sends as somebody outside. */
  send(mail: OutsideMail): Promise<void>;
  /** The maildrop of an address, oldest first. */
  maildrop(address: string): Promise<readonly { readonly raw: Buffer }[]>;
  stop(): Promise<void>;
}

/** A mail system on Dovecot, where every address has a maildrop. */
export interface MailServers extends MailSystem {
  readonly dovecot: DovecotServer;
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
  const outside = outsideOf(postfix);
  return {
    dovecot,
    store: dovecot,
    postfix,
    caPem: `${certificate.certPem}${postfix.caPem ?? ''}`,
    send: outside.send,
    maildrop: (address) => dovecot.listMessages(address),
    stop: async () => {
      outside.close();
      await Promise.all([postfix.stop(), dovecot.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Starts Cyrus with these addresses, and Postfix, with TLS. */
export async function startCyrusMailServers(addresses: readonly string[]): Promise<MailSystem> {
  const cyrus = await startCyrus(addresses);
  const postfix = await startPostfix({ transport: { lmtpPort: cyrus.ports.lmtp }, tls: true }).catch(
    async (error: unknown) => {
      await cyrus.stop();
      throw error;
    },
  );
  const outside = outsideOf(postfix);
  return {
    store: cyrus,
    postfix,
    caPem: `${cyrus.caPem}${postfix.caPem ?? ''}`,
    send: outside.send,
    maildrop: async (address) => {
      const client = await cyrus.connect(address);
      try {
        const { exists } = await client.mailboxOpen('INBOX', { readOnly: true });
        const found = exists === 0 ? [] : await client.fetchAll('1:*', { source: true });
        return found.map(({ source }) => ({ raw: source ?? Buffer.alloc(0) }));
      } finally {
        client.close();
      }
    },
    stop: async () => {
      outside.close();
      await Promise.all([postfix.stop(), cyrus.stop()]);
    },
  };
}

/** Somebody outside, who hands mail to Postfix. */
function outsideOf(postfix: Postfix): Pick<MailSystem, 'send'> & { close(): void } {
  const outside = createTransport({ host: '127.0.0.1', port: postfix.port, secure: false, ignoreTLS: true });
  return {
    close: () => outside.close(),
    send: async ({ to, cc, references, ...mail }) => {
      await outside.sendMail({
        ...mail,
        to: [...to],
        cc: [...(cc ?? [])],
        ...(references === undefined ? {} : { references: [...references] }),
      });
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
