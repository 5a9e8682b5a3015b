import { asMailroomError, MailroomError } from '../../base/errors.ts';
import { EwsHttp } from './soap/ews-http.ts';
import type { HttpSignIn } from './soap/http-sign-in.ts';
import { childOf, nodeAt, textAt, type XmlNode } from './soap/xml-node.ts';
import { element, textElement } from './soap/xml-writer.ts';

export interface AutodiscoverOptions {
  readonly signIn: () => HttpSignIn;
  readonly caPem: string | undefined;
  readonly timeoutMs: number;
  /** Addresses to ask at for a domain; the two that every Exchange has when absent. */
  readonly placesOf?: (domain: string) => readonly string[];
}

const schemas = {
  request: 'http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006',
  response: 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a',
} as const;

/** Redirects followed in all; Exchange itself gives up after ten. */
const mostRedirects = 10;
const mostAnswerBytes = 1_000_000;

/**
 * Finds the address of Exchange Web Services for a mailbox by Autodiscover (MS-OXDSCLI, plain XML): at the domain, at
 * autodiscover.domain, and wherever those send us, always over https. Throws 8004503A with what was tried.
 */
export async function discoverEwsUrl(
  address: string,
  options: AutodiscoverOptions,
  signal: AbortSignal,
): Promise<string> {
  const tried: string[] = [];
  let wanted = address;
  let places = [...(options.placesOf ?? usualPlaces)(domainOf(address))];
  for (let redirects = 0; redirects <= mostRedirects; ) {
    const place = places.shift();
    if (place === undefined) break;
    const answer = await ask(place, wanted, options, signal).catch((error: unknown) => asMailroomError(error));
    if (answer instanceof MailroomError) {
      if (answer.kind === 'credentials' || signal.aborted) throw answer;
      tried.push(`${place}: ${answer.message}`);
    } else if (answer.kind === 'found') {
      return answer.ewsUrl;
    } else {
      redirects += 1;
      tried.push(`${place}: sent to ${answer.to}`);
      if (answer.kind === 'address') {
        wanted = answer.to;
        places = [...(options.placesOf ?? usualPlaces)(domainOf(answer.to))];
      } else places.unshift(answer.to);
    }
  }
  throw new MailroomError(
    `Autodiscover found no Exchange Web Services for ${address}. Tried ${tried.join('; ').slice(0, 1500)}. Enter the location on the profile, or repair Autodiscover of the domain.`,
    { code: '8004503A', kind: 'configuration' },
  );
}

type Finding =
  | { readonly kind: 'found'; readonly ewsUrl: string }
  | { readonly kind: 'address' | 'url'; readonly to: string };

async function ask(
  place: string,
  address: string,
  options: AutodiscoverOptions,
  signal: AbortSignal,
): Promise<Finding> {
  const url = new URL(place);
  const http = new EwsHttp({
    url,
    signIn: options.signIn(),
    anchorMailbox: address,
    caPem: options.caPem,
    timeoutMs: options.timeoutMs,
    maxAnswerBytes: mostAnswerBytes,
  });
  try {
    const request = element(
      'Autodiscover',
      { xmlns: schemas.request },
      element(
        'Request',
        {},
        textElement('EMailAddress', address),
        textElement('AcceptableResponseSchema', schemas.response),
      ),
    );
    const answer = await http.post(`<?xml version="1.0" encoding="utf-8"?>${request}`, signal);
    if (answer.location !== undefined) return { kind: 'url', to: httpsOnly(new URL(answer.location, url).href) };
    if (answer.status === 401)
      throw new MailroomError(
        `Autodiscover at ${url.host} did not accept the sign-in (401). Check user name and password.`,
        {
          code: 'mr_EwsUnauthorized',
          kind: 'credentials',
        },
      );
    return findingOf(answer.root, answer.status);
  } finally {
    http.abort();
  }
}

function findingOf(root: XmlNode | undefined, status: number): Finding {
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
  const ewsUrl = textAt(byType('EXPR'), 'EwsUrl') ?? textAt(byType('EXCH'), 'EwsUrl') ?? textAt(protocols[0], 'EwsUrl');
  if (ewsUrl) return { kind: 'found', ewsUrl: httpsOnly(ewsUrl) };
  const words = textAt(nodeAt(response, 'Error'), 'Message') ?? `it answered ${status} without an address`;
  throw new MailroomError(words, { code: '8004503A', kind: 'configuration' });
}

/** Credentials go where Autodiscover points; never to a plain-text server. */
function httpsOnly(url: string): string {
  if (url.toLowerCase().startsWith('https://')) return url;
  throw new MailroomError(`it points to ${url.slice(0, 200)}, which is not https`, {
    code: '8004503A',
    kind: 'configuration',
  });
}

const usualPlaces = (domain: string): readonly string[] => [
  `https://${domain}/autodiscover/autodiscover.xml`,
  `https://autodiscover.${domain}/autodiscover/autodiscover.xml`,
];

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);
