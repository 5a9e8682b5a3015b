import type { Account } from '../store/account.ts';
import type { World } from '../store/world.ts';
import { escapeXml } from '../xml/escape-xml.ts';
import { readXml } from '../xml/read-xml.ts';
import { child, childText, descend, type XmlNode } from '../xml/xml-node.ts';
import { type AutodiscoverFacts, redirectOf } from './autodiscover-rules.ts';

const names =
  'xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:a="http://www.w3.org/2005/08/addressing" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"';
const space = 'http://schemas.microsoft.com/exchange/2010/Autodiscover';

/** The answer of the SOAP form of Autodiscover (MS-OXWSADISC): GetUserSettings for one or more users. */
export function answerAutodiscoverSoap(body: string, world: World, facts: AutodiscoverFacts): string {
  const message = child(readXml(body), 'Body')?.children[0];
  const request = child(message, 'Request');
  const users = child(request, 'Users')?.children ?? [];
  const wanted = (child(request, 'RequestedSettings')?.children ?? []).map(({ text }) => text);
  const answers = users.map((user) => answerUser(user, wanted, world, facts)).join('');
  const { major, minor, build, revision, text } = world.version;
  const version = `<h:ServerVersionInfo xmlns:h="${space}"><h:MajorVersion>${major}</h:MajorVersion><h:MinorVersion>${minor}</h:MinorVersion><h:MajorBuildNumber>${build}</h:MajorBuildNumber><h:MinorBuildNumber>${revision}</h:MinorBuildNumber><h:Version>${text}</h:Version></h:ServerVersionInfo>`;
  return `<s:Envelope ${names}><s:Header><a:Action s:mustUnderstand="1">${space}/Autodiscover/GetUserSettingsResponse</a:Action>${version}</s:Header><s:Body><GetUserSettingsResponseMessage xmlns="${space}"><Response><ErrorCode>NoError</ErrorCode><ErrorMessage/><UserResponses>${answers}</UserResponses></Response></GetUserSettingsResponseMessage></s:Body></s:Envelope>`;
}

function answerUser(user: XmlNode, wanted: readonly string[], world: World, facts: AutodiscoverFacts): string {
  const address = childText(user, 'Mailbox') ?? descend(user, 'Mailbox')?.text ?? '';
  const redirect = redirectOf(facts, address);
  if (redirect !== undefined) {
    const code = redirect.url === undefined ? 'RedirectAddress' : 'RedirectUrl';
    const target = escapeXml(redirect.url ?? redirect.address ?? '');
    return userResponse(code, 'Redirection.', `<RedirectTarget>${target}</RedirectTarget>`, '');
  }
  const account = world.account(address);
  if (account === undefined) return userResponse('InvalidUser', `Invalid user: '${escapeXml(address)}'`, '', '');
  const known = settingsOf(account, world, facts);
  const found = wanted.flatMap((name) => {
    const value = known[name];
    if (value === undefined) return [];
    return [`<UserSetting i:type="StringSetting"><Name>${name}</Name><Value>${escapeXml(value)}</Value></UserSetting>`];
  });
  const missing = wanted
    .filter((name) => known[name] === undefined)
    .map(
      (name) =>
        `<UserSettingError><ErrorCode>SettingIsNotAvailable</ErrorCode><ErrorMessage>No such setting.</ErrorMessage><SettingName>${escapeXml(name)}</SettingName></UserSettingError>`,
    );
  return userResponse('NoError', 'No error.', '', found.join(''), missing.join(''));
}

function userResponse(code: string, message: string, redirect: string, settings: string, errors = ''): string {
  return `<UserResponse><ErrorCode>${code}</ErrorCode><ErrorMessage>${message}</ErrorMessage>${redirect || '<RedirectTarget i:nil="true"/>'}<UserSettingErrors>${errors}</UserSettingErrors><UserSettings>${settings}</UserSettings></UserResponse>`;
}

function settingsOf(account: Account, world: World, facts: AutodiscoverFacts): Readonly<Record<string, string>> {
  const schemas = [
    'Exchange2007',
    'Exchange2007_SP1',
    'Exchange2010',
    'Exchange2010_SP1',
    'Exchange2010_SP2',
    'Exchange2013',
    'Exchange2013_SP1',
    'Exchange2015',
  ];
  const counts = [2, 5, 7, 8];
  const { major, minor, build, revision } = world.version;
  return {
    UserDisplayName: account.displayName,
    UserDN: `/o=simulator/cn=${account.userName}`,
    AutoDiscoverSMTPAddress: account.address,
    InternalEwsUrl: facts.ewsUrl,
    ExternalEwsUrl: facts.ewsUrl,
    ExternalEwsVersion: `${major}.${minor.toString().padStart(2, '0')}.${build}.${revision}`,
    EwsSupportedSchemas: schemas.slice(0, counts[world.version.generation]).join(', '),
    CasVersion: `${major}.${minor}.${build}.${revision}`,
    GroupingInformation: world.backEndOf(account),
    InternalMailboxServer: world.backEndOf(account),
    UserMSOnline: 'False',
  };
}
