import type { RecordOf } from '../tables/catalog.ts';
import { CredentialRetrieval, OAuthProviderChoice, ServerType } from '../tables/choices.ts';
import { refuse } from './refuse.ts';

type Profile = RecordOf<'emailserverprofile'>;

interface KnownServers {
  readonly imap: string;
  readonly pop3: string;
  readonly smtp: string;
}

/** Servers of the providers whose names are known. */
const servers: ReadonlyMap<number, KnownServers> = new Map([
  [OAuthProviderChoice.google, { imap: 'imap.gmail.com', pop3: 'pop.gmail.com', smtp: 'smtp.gmail.com' }],
  [
    OAuthProviderChoice.microsoft,
    { imap: 'outlook.office365.com', pop3: 'outlook.office365.com', smtp: 'smtp.office365.com' },
  ],
]);

/** CN-05, CN-10: locations and ports of a new profile whose mailboxes sign in by consent, where its provider's are known and none are entered. */
export function knownLocations(values: Profile): Profile {
  if (values.incomingcredentialretrieval !== CredentialRetrieval.gmailOAuth || values.mr_oauthissuer) return {};
  const known = servers.get(values.mr_oauthprovider ?? OAuthProviderChoice.google);
  const isImap = values.servertype === ServerType.imapSmtp;
  if (known === undefined || (!isImap && values.servertype !== ServerType.pop3Smtp)) return {};
  const incoming: Profile = {
    incomingserverlocation: isImap ? known.imap : known.pop3,
    incomingportnumber: isImap ? 993 : 995,
  };
  const outgoing: Profile = { outgoingserverlocation: known.smtp, outgoingportnumber: 587 };
  return {
    ...(values.incomingserverlocation ? {} : incoming),
    ...(values.outgoingserverlocation ? {} : outgoing),
  };
}

/** Throws unless the issuer of a profile is an address that secrets may be sent to: https, or this machine. */
export function checkIssuer(row: Profile): void {
  const issuer = row.mr_oauthissuer;
  if (!issuer) return;
  const isGood =
    /^(?:https:\/\/[^\s/]|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$))/.test(issuer) && URL.canParse(issuer);
  if (!isGood)
    refuse(
      'mr_OAuthRegistration',
      `Profile "${row.name ?? ''}": the issuer "${issuer.slice(0, 200)}" must be an address that begins with https:// (http:// on this machine only).`,
    );
}
