import { MailroomError } from '../base/errors.ts';
import type { SecretBox } from '../base/secret-box.ts';
import type { ConnectionSecurity, Endpoint, SignIn } from '../contracts/connector.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { CredentialRetrieval, SecurityChoice, ServerType } from '../tables/choices.ts';

type Mailbox = RecordOf<'mailbox'>;
type Profile = RecordOf<'emailserverprofile'>;
type Direction = 'incoming' | 'outgoing';

/** Ports where TLS begins with the first byte. */
const implicitTlsPorts = new Set([465, 993, 995]);

const usualPort: Readonly<Record<'pop3' | 'imap' | 'smtp', { readonly tls: number; readonly plain: number }>> = {
  pop3: { tls: 995, plain: 110 },
  imap: { tls: 993, plain: 143 },
  smtp: { tls: 587, plain: 25 },
};

/** Where and how to connect for one direction of a mailbox (EP, CN-07, CN-11, CN-13). With `accessToken` a person consented and it is shown instead of a password. Throws configuration errors with the documented codes. */
export function endpointFor(
  direction: Direction,
  mailbox: Mailbox,
  profile: Profile,
  box: SecretBox,
  clientName: string | undefined,
  accessToken?: string | undefined,
): Endpoint {
  const incoming = direction === 'incoming';
  const location = (incoming ? profile.incomingserverlocation : profile.outgoingserverlocation) ?? '';
  if (location === '' && !profile.useautodiscover) {
    throw problem(
      '8005E250',
      `Profile "${profile.name}" has no ${direction} server location. Enter the server's host name.`,
    );
  }
  const ssl = (incoming ? profile.incomingusessl : profile.outgoingusessl) ?? true;
  const kind = incoming ? (profile.servertype === ServerType.imapSmtp ? 'imap' : 'pop3') : 'smtp';
  const port =
    (incoming ? profile.incomingportnumber : profile.outgoingportnumber) || usualPort[kind][ssl ? 'tls' : 'plain'];
  const timeout = profile.timeoutmailboxconnection === false ? 0 : (profile.timeoutmailboxconnectionafteramount ?? 0);
  return {
    host: location,
    port,
    security: securityFor(ssl, port, incoming ? profile.mr_incomingsecurity : profile.mr_outgoingsecurity),
    signIn:
      accessToken === undefined
        ? signInFor(direction, mailbox, profile, box)
        : { kind: 'oauth', username: consentUser(kind, mailbox), accessToken },
    timeoutMs: timeout > 0 ? timeout : 60_000,
    maxMessageBytes: (profile.mr_maxmessagesizekb ?? 153_600) * 1024,
    ...(profile.mr_maxrecipients ? { maxRecipients: profile.mr_maxrecipients } : {}),
    caPem: profile.mr_trustedcertificates || undefined,
    clientName,
    ...(kind === 'imap' && mailbox.mr_inboxfolder ? { inbox: mailbox.mr_inboxfolder } : {}),
  };
}

function securityFor(ssl: boolean, port: number, choice: number | null | undefined): ConnectionSecurity {
  if (!ssl) return 'none';
  if (choice === SecurityChoice.tls) return 'tls';
  if (choice === SecurityChoice.starttls) return 'starttls';
  return implicitTlsPorts.has(port) ? 'tls' : 'starttls';
}

function signInFor(direction: Direction, mailbox: Mailbox, profile: Profile, box: SecretBox): SignIn {
  const incoming = direction === 'incoming';
  const retrieval =
    (incoming ? profile.incomingcredentialretrieval : profile.outgoingcredentialretrieval) ??
    CredentialRetrieval.userOrQueue;
  if (retrieval === CredentialRetrieval.anonymous) return { kind: 'none' };
  if (retrieval === CredentialRetrieval.userOrQueue) return mailboxCredentials(mailbox, box);
  if (retrieval === CredentialRetrieval.profile) {
    const username = (incoming ? profile.incomingusername : profile.outgoingusername) ?? '';
    const column = incoming ? 'incomingpassword' : 'outgoingpassword';
    const sealed = profile[column];
    if (!username || !sealed)
      throw problem('8005E209', `Profile "${profile.name}" has no ${direction} user name or password. Enter both.`);
    return {
      kind: 'password',
      username,
      password: box.open(sealed, `emailserverprofile/${profile.emailserverprofileid}/${column}`),
    };
  }
  throw problem(
    '8005E23B',
    `Profile "${profile.name}": this way of signing in (${retrieval}) is not available for its kind of server. Choose credentials given by user or queue (0) or on the profile (1).`,
  );
}

/** Gmail gives the last 30 days to every POP3 client that puts this before its user name (CN-06). */
const recentPrefix = /^recent:/i;

/** The user name that goes with a token: the mailbox's own where one is entered (shared mailboxes), else its address. */
function consentUser(kind: 'pop3' | 'imap' | 'smtp', mailbox: Mailbox): string {
  const user = mailbox.username || mailbox.emailaddress || '';
  return kind === 'pop3' ? user : user.replace(recentPrefix, '');
}

/** CN-11: given by user or queue. */
function mailboxCredentials(mailbox: Mailbox, box: SecretBox): SignIn {
  if (!mailbox.allowemailconnectortousecredentials || !mailbox.username || !mailbox.password) {
    throw problem(
      '8005E209',
      `Mailbox "${mailbox.name}" has no credentials. Set "allow to use credentials" to Yes and enter user name and password on the mailbox.`,
    );
  }
  return {
    kind: 'password',
    username: mailbox.username,
    password: box.open(mailbox.password, `mailbox/${mailbox.mailboxid}/password`),
  };
}

function problem(code: string, message: string): MailroomError {
  return new MailroomError(message, { code, kind: 'configuration' });
}
