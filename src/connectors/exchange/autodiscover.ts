import { asMailroomError, MailroomError } from '../../base/errors.ts';
import { type Finding, httpsOnly, jsonFinding, jsonUrl, plainForm, soapForm } from './autodiscover-forms.ts';
import { EwsHttp } from './soap/ews-http.ts';
import type { HttpSignIn } from './soap/http-sign-in.ts';

export interface AutodiscoverOptions {
  readonly signIn: () => HttpSignIn;
  readonly caPem: string | undefined;
  readonly timeoutMs: number;
  /** Addresses to ask at for a domain, `.xml`, `.svc` or `.json`; those that every Exchange has when absent. */
  readonly placesOf?: (domain: string) => readonly string[];
}

/** Redirects followed in all; Exchange itself gives up after ten. */
const mostRedirects = 10;
const mostAnswerBytes = 1_000_000;

/**
 * Finds the address of Exchange Web Services for a mailbox by Autodiscover (MS-OXDSCLI, plain XML): at the domain, at
 * autodiscover.domain, and wherever those send us; then there by SOAP (MS-OXWSADISC) and JSON, always over https. Throws 8004503A with what was tried.
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

async function ask(
  place: string,
  address: string,
  options: AutodiscoverOptions,
  signal: AbortSignal,
): Promise<Finding> {
  const given = new URL(place);
  const isJson = /\.json$/i.test(given.pathname);
  const url = isJson && given.search === '' ? new URL(jsonUrl(place, address)) : given;
  const http = new EwsHttp({
    url,
    signIn: options.signIn(),
    anchorMailbox: address,
    caPem: options.caPem,
    timeoutMs: options.timeoutMs,
    maxAnswerBytes: mostAnswerBytes,
  });
  try {
    if (isJson) {
      const { status, text, location } = await http.getText(signal);
      return location === undefined ? jsonFinding(text, status) : sentTo(location, url);
    }
    const form = /\.svc$/i.test(url.pathname) ? soapForm : plainForm;
    const answer = await http.post(form.request(address, place), signal);
    if (answer.location !== undefined) return sentTo(answer.location, url);
    if (answer.status === 401)
      throw new MailroomError(
        `Autodiscover at ${url.host} did not accept the sign-in (401). Check user name and password.`,
        {
          code: 'mr_EwsUnauthorized',
          kind: 'credentials',
        },
      );
    return form.finding(answer.root, answer.status);
  } finally {
    http.abort();
  }
}

const sentTo = (location: string, from: URL): Finding => ({ kind: 'url', to: httpsOnly(new URL(location, from).href) });

const usualPlaces = (domain: string): readonly string[] => [
  `https://${domain}/autodiscover/autodiscover.xml`,
  `https://autodiscover.${domain}/autodiscover/autodiscover.xml`,
  `https://autodiscover.${domain}/autodiscover/autodiscover.svc`,
  `https://autodiscover.${domain}/autodiscover/autodiscover.json`,
];

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);
