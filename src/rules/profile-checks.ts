import type { OrganizationSettings } from '../store/organization-settings.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { AuthenticationProtocol, CredentialRetrieval, ServerType } from '../tables/choices.ts';
import { isExchangeType } from '../tables/exchange-types.ts';
import { refuse } from './refuse.ts';

type Profile = RecordOf<'emailserverprofile'>;

/** What a profile must hold by itself and under the organisation's gates: EP-04 to EP-14, in the order a reader of the form meets them. Throws the code of EC 30.1. */
export function checkProfile(gates: OrganizationSettings['gates'], row: Profile): void {
  const name = `Profile "${row.name ?? ''}"`;
  if (isExchangeType(row.servertype)) checkExchange(name, row);
  else checkPlainServer(name, row);
  if (row.servertype === ServerType.exchangeOnlineHybrid) checkExchangeOnline(name, row);
  checkLocations(name, row);
  checkGates(gates, name, row);
}

function checkExchange(name: string, row: Profile): void {
  if (
    row.incomingcredentialretrieval === CredentialRetrieval.anonymous ||
    row.outgoingcredentialretrieval === CredentialRetrieval.anonymous
  ) {
    refuse('8005E203', `${name}: Exchange cannot be used without credentials. Choose another "authenticate using".`);
  }
  const location = row.defaultserverlocation || row.incomingserverlocation;
  if (row.useautodiscover && location)
    refuse(
      '8005E205',
      `${name}: with autodiscover the server location must be empty. Clear it, or switch autodiscover off.`,
    );
  if (!row.useautodiscover && !location)
    refuse(
      '8005E250',
      `${name}: the server location is empty. Enter the address of the Exchange server, or switch autodiscover on.`,
    );
  if (
    row.incominguseimpersonation &&
    row.incomingcredentialretrieval === CredentialRetrieval.profile &&
    !row.incomingpassword &&
    !row.isincomingpasswordset
  ) {
    refuse('8005E24E', `${name}: impersonation with the profile's credentials needs a password. Enter it.`);
  }
}

/** EP-06, EP-11, EP-14 for Exchange Online, whose rules no organisation can relax. */
function checkExchangeOnline(name: string, row: Profile): void {
  if (row.incomingusessl === false || row.outgoingusessl === false)
    refuse('8005E201', `${name}: Exchange Online is reached over SSL only. Set SSL to Yes.`);
  const refused: readonly (number | null | undefined)[] = [CredentialRetrieval.windowsIntegrated];
  if (refused.includes(row.incomingcredentialretrieval) || refused.includes(row.outgoingcredentialretrieval)) {
    refuse(
      '8005E202',
      `${name}: Exchange Online takes no Windows integrated authentication. Choose OAuth with Microsoft Entra ID (7).`,
    );
  }
  const location = row.defaultserverlocation || row.incomingserverlocation || '';
  if (/^http:\/\//i.test(location))
    refuse('8005E255', `${name}: the server location begins with http:// while SSL is Yes. Write https://.`);
  if (isDirectoryBased(row.incomingauthenticationprotocol) || isDirectoryBased(row.outgoingauthenticationprotocol))
    refuse(
      '8005E23C',
      `${name}: Exchange Online takes neither Negotiate nor NTLM. Set the authentication protocol to OAuth (4).`,
    );
}

function checkPlainServer(name: string, row: Profile): void {
  if (row.useautodiscover)
    refuse(
      '8005E204',
      `${name}: autodiscover is for Exchange servers only. Switch it off and enter the server locations.`,
    );
  if (row.incominguseimpersonation || row.outgoinguseimpersonation) {
    refuse('8005E236', `${name}: impersonation is for Exchange servers only. Switch it off.`);
  }
  if (row.outgoingautograntdelegateaccess)
    refuse('8005E235', `${name}: delegate access is for Exchange servers only; SMTP has none. Switch it off.`);
  if (!row.incomingserverlocation)
    refuse(
      '8005E250',
      `${name}: the incoming server location is empty. Enter the host name of the POP3 or IMAP server.`,
    );
  if (!row.outgoingserverlocation)
    refuse('8005E250', `${name}: the outgoing server location is empty. Enter the host name of the SMTP server.`);
  const incoming = row.incomingcredentialretrieval ?? CredentialRetrieval.userOrQueue;
  if (incoming !== CredentialRetrieval.userOrQueue && incoming !== CredentialRetrieval.gmailOAuth) {
    refuse(
      '8005E214',
      `${name}: POP3 and IMAP take credentials given by the user or queue (0) or Gmail OAuth (5) for incoming mail. Choose one of these.`,
    );
  }
  for (const [word, protocol] of sidesOf(row, 'authenticationprotocol')) {
    if (isDirectoryBased(protocol)) {
      refuse(
        '8005E23B',
        `${name}: the ${word} authentication protocol must be auto-detect (0), Basic (3) or OAuth (4) for this kind of server. Choose one of these.`,
      );
    }
  }
}

const isDirectoryBased = (protocol: number | null | undefined): boolean =>
  protocol === AuthenticationProtocol.negotiate || protocol === AuthenticationProtocol.ntlm;

function sidesOf(
  row: Profile,
  what: 'authenticationprotocol',
): readonly (readonly [string, number | null | undefined])[] {
  return [
    ['incoming', row[`incoming${what}`]],
    ['outgoing', row[`outgoing${what}`]],
  ];
}

/** EP-11 and 8005E20A. */
function checkLocations(name: string, row: Profile): void {
  const sides = [
    ['incoming', row.incomingserverlocation, row.incomingusessl ?? true, '8005E240', '8005E23E'],
    ['outgoing', row.outgoingserverlocation, row.outgoingusessl ?? true, '8005E241', '8005E23F'],
    ['default', row.defaultserverlocation, row.incomingusessl ?? true, '8005E240', '8005E23E'],
  ] as const;
  for (const [word, location, ssl, httpCode, httpsCode] of sides) {
    if (!location) continue;
    if (/^http:\/\//i.test(location) && ssl)
      refuse(
        httpCode,
        `${name}: the ${word} server location begins with http:// while SSL is Yes. Write https:// or set SSL to No.`,
      );
    if (/^https:\/\//i.test(location) && !ssl)
      refuse(httpsCode, `${name}: the ${word} server location begins with https:// while SSL is No. Set SSL to Yes.`);
    if (!isLocation(location, isExchangeType(row.servertype))) {
      const wanted = isExchangeType(row.servertype)
        ? 'mail.example.com or https://mail.example.com/EWS/Exchange.asmx'
        : 'mail.example.com, without a scheme or a path; the port has its own field';
      refuse(
        '8005E20A',
        `${name}: the ${word} server location "${location}" is not a host name. Enter one such as ${wanted}.`,
      );
    }
  }
}

/** A host name or address; for Exchange also a URL with port and path. */
function isLocation(location: string, isExchange: boolean): boolean {
  const host = isExchange
    ? location
        .replace(/^https?:\/\//i, '')
        .replace(/[/?#].*$/s, '')
        .replace(/:\d{1,5}$/, '')
    : location;
  return /^(\[[0-9a-f:.]+\]|[\p{L}\p{N}]([\p{L}\p{N}.-]*[\p{L}\p{N}])?)$/iu.test(host) && !host.includes('..');
}

/** EP-07, EP-14: security gates of the organisation. */
function checkGates(gates: OrganizationSettings['gates'], name: string, row: Profile): void {
  const sides = [
    [
      'incoming',
      row.incomingusessl ?? true,
      protocolOf(row, row.incomingauthenticationprotocol, row.incomingcredentialretrieval),
    ],
    [
      'outgoing',
      row.outgoingusessl ?? true,
      protocolOf(row, row.outgoingauthenticationprotocol, row.outgoingcredentialretrieval),
    ],
  ] as const;
  for (const [word, ssl, protocol] of sides) {
    if (ssl) continue;
    if (!gates.allowNonSsl) {
      refuse(
        '8005E234',
        `${name}: SSL is off for ${word} mail, which this organisation does not allow. Set SSL to Yes, or have an administrator set organization.mr_allownonsslemail.`,
      );
    }
    if (protocol === AuthenticationProtocol.basic && !gates.allowBasicOverPlain) {
      refuse(
        '8005E23D',
        `${name}: Basic authentication without SSL for ${word} mail would send the password in the clear, which this organisation does not allow. Set SSL to Yes, or have an administrator set organization.mr_allowbasicauthenticationonnonsecurechannel.`,
      );
    }
  }
}

/** On POP3, IMAP and SMTP there is nothing but Basic for auto-detect to find; without credentials nothing is said. */
function protocolOf(
  row: Profile,
  chosen: number | null | undefined,
  retrieval: number | null | undefined,
): number | null | undefined {
  if (isExchangeType(row.servertype)) return chosen;
  const isDetected = chosen === undefined || chosen === null || chosen === AuthenticationProtocol.autoDetect;
  if (!isDetected || retrieval === CredentialRetrieval.anonymous) return chosen;
  return AuthenticationProtocol.basic;
}
