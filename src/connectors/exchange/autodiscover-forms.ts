import { MailroomError } from '../../base/errors.ts';
import { childOf, findNode, nodeAt, textAt, type XmlNode } from './soap/xml-node.ts';
import { element, textElement } from './soap/xml-writer.ts';

/** What one place answered: the address of the web services, or where to ask instead. */
export type Finding =
  | { readonly kind: 'found'; readonly ewsUrl: string }
  | { readonly kind: 'address' | 'url'; readonly to: string };

/** A form of Autodiscover that is posted: its request, and what its answer says. Throws 8004503A with the server's words. */
export interface PostedForm {
  request(address: string, place: string): string;
  finding(root: XmlNode | undefined, status: number): Finding;
}

const plainSchemas = {
  request: 'http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006',
  response: 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a',
} as const;
const declaration = '<?xml version="1.0" encoding="utf-8"?>';

/** Plain XML (MS-OXDSCLI). */
export const plainForm: PostedForm = {
  request: (address) =>
    `${declaration}${element(
      'Autodiscover',
      { xmlns: plainSchemas.request },
      element(
        'Request',
        {},
        textElement('EMailAddress', address),
        textElement('AcceptableResponseSchema', plainSchemas.response),
      ),
    )}`,
  finding: (root, status) => {
    const response = childOf(root, 'Response');
    const account = childOf(response, 'Account');
    const action = textAt(account, 'Action');
    const redirectAddress = textAt(account, 'RedirectAddr');
    const redirectUrl = textAt(account, 'RedirectUrl');
    if (action === 'redirectAddr' && redirectAddress) return { kind: 'address', to: redirectAddress };
    if (action === 'redirectUrl' && redirectUrl) return { kind: 'url', to: httpsOnly(redirectUrl) };
    const protocols = (account?.children ?? []).filter(({ name }) => name === 'Protocol');
    // EXPR is the way in from outside, EXCH the one from within.
    const byType = (type: string) => protocols.find((one) => textAt(one, 'Type') === type);
    const ewsUrl =
      textAt(byType('EXPR'), 'EwsUrl') ?? textAt(byType('EXCH'), 'EwsUrl') ?? textAt(protocols[0], 'EwsUrl');
    return foundOr(ewsUrl, textAt(nodeAt(response, 'Error'), 'Message'), status);
  },
};

const soapSpace = 'http://schemas.microsoft.com/exchange/2010/Autodiscover';
/** The way in from outside first, then the one from within. */
const settings = ['ExternalEwsUrl', 'InternalEwsUrl'] as const;

/** GetUserSettings (MS-OXWSADISC), Exchange 2010 and newer. */
export const soapForm: PostedForm = {
  request: (address, place) => {
    const users = element('a:Users', {}, element('a:User', {}, textElement('a:Mailbox', address)));
    const wanted = element('a:RequestedSettings', {}, ...settings.map((name) => textElement('a:Setting', name)));
    return `${declaration}${element(
      's:Envelope',
      {
        'xmlns:a': soapSpace,
        'xmlns:wsa': 'http://www.w3.org/2005/08/addressing',
        'xmlns:s': 'http://schemas.xmlsoap.org/soap/envelope/',
      },
      element(
        's:Header',
        {},
        textElement('a:RequestedServerVersion', 'Exchange2010'),
        textElement('wsa:Action', `${soapSpace}/Autodiscover/GetUserSettings`),
        textElement('wsa:To', place),
      ),
      element('s:Body', {}, element('a:GetUserSettingsRequestMessage', {}, element('a:Request', {}, users, wanted))),
    )}`;
  },
  finding: (root, status) => {
    const user = root && findNode(root, 'UserResponse');
    const code = textAt(user, 'ErrorCode');
    const target = textAt(user, 'RedirectTarget');
    if (code === 'RedirectAddress' && target) return { kind: 'address', to: target };
    if (code === 'RedirectUrl' && target) return { kind: 'url', to: httpsOnly(target) };
    const found = childOf(user, 'UserSettings')?.children ?? [];
    const settingOf = (name: string) =>
      textAt(
        found.find((one) => textAt(one, 'Name') === name),
        'Value',
      );
    const ewsUrl = settings.map(settingOf).find((value) => value);
    return foundOr(
      ewsUrl,
      textAt(user, 'ErrorMessage') ?? textAt(root && findNode(root, 'Fault'), 'faultstring'),
      status,
    );
  },
};

/** The JSON form (v2) of Exchange 2016 CU3 and newer, which asks nobody to sign in: its address for a mailbox. */
export const jsonUrl = (place: string, address: string): string =>
  `${place}?Email=${encodeURIComponent(address)}&Protocol=EWS`;

/** What its answer says. Throws 8004503A. */
export function jsonFinding(text: string, status: number): Finding {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = undefined;
  }
  const word = (name: string): string | undefined => {
    const value = typeof answer === 'object' && answer !== null ? Reflect.get(answer, name) : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  return foundOr(word('Url'), word('ErrorMessage'), status);
}

function foundOr(ewsUrl: string | undefined, words: string | undefined, status: number): Finding {
  if (ewsUrl) return { kind: 'found', ewsUrl: httpsOnly(ewsUrl) };
  const why = words || `it answered ${status} without an address`;
  throw new MailroomError(why, { code: '8004503A', kind: 'configuration' });
}

/** Credentials go where Autodiscover points; never to a plain-text server. Throws 8004503A. */
export function httpsOnly(url: string): string {
  if (url.toLowerCase().startsWith('https://')) return url;
  throw new MailroomError(`it points to ${url.slice(0, 200)}, which is not https`, {
    code: '8004503A',
    kind: 'configuration',
  });
}
