import { readXml } from '../../../../testbed/exchange/xml/read-xml.ts';
import { child, descend, type XmlNode } from '../../../../testbed/exchange/xml/xml-node.ts';

/** An answer with the shortcuts that tests need. */
export interface EwsAnswer {
  readonly status: number;
  readonly text: string;
  /** Element of the SOAP body, a fault as well. */
  readonly body: XmlNode;
  /** The response messages. */
  readonly messages: readonly XmlNode[];
  /** Response code of each message. */
  readonly codes: readonly string[];
}

export interface EwsClientOptions {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** `RequestServerVersion/@Version`; Exchange2016 when absent. */
  readonly version?: string;
  /** Address to impersonate. */
  readonly impersonate?: string;
  /** Told every answer, for validation. */
  readonly onAnswer?: (xml: string) => void;
}

const namespaces =
  'xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"';

/** A SOAP envelope around the element of a request. */
export function envelope(request: string, version: string, impersonate?: string): string {
  const acting =
    impersonate === undefined
      ? ''
      : `<t:ExchangeImpersonation><t:ConnectingSID><t:PrimarySmtpAddress>${impersonate}</t:PrimarySmtpAddress></t:ConnectingSID></t:ExchangeImpersonation>`;
  return `<?xml version="1.0" encoding="utf-8"?><s:Envelope ${namespaces}><s:Header><t:RequestServerVersion Version="${version}"/>${acting}</s:Header><s:Body>${request}</s:Body></s:Envelope>`;
}

/** A client that sends requests as written, by Basic sign-in. */
export class EwsClient {
  readonly #options: EwsClientOptions;

  constructor(options: EwsClientOptions) {
    this.#options = options;
  }

  /** Sends the element of a request and reads the answer. */
  async call(request: string): Promise<EwsAnswer> {
    const { url, user, password, version = 'Exchange2016', impersonate, onAnswer } = this.#options;
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'Content-Type': 'text/xml; charset=utf-8',
        Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      },
      body: envelope(request, version, impersonate),
    });
    const text = await response.text();
    onAnswer?.(text);
    return readAnswer(response.status, text);
  }

  /** The same and throws when a message says no. */
  async expect(request: string): Promise<EwsAnswer> {
    const answer = await this.call(request);
    const isGood = answer.codes.length > 0 && answer.codes.every((code) => code === 'NoError');
    if (answer.status !== 200 || !isGood) throw new Error(`${answer.status} ${answer.codes.join(' ')}: ${answer.text}`);
    return answer;
  }
}

/** Reads an answer; of a fault the code stands as the only one. */
export function readAnswer(status: number, text: string): EwsAnswer {
  const body = child(readXml(text), 'Body')?.children[0];
  if (body === undefined) throw new Error(`The answer has no body: ${text}`);
  const messages = child(body, 'ResponseMessages')?.children ?? [];
  const codes =
    body.name === 'Fault'
      ? [descend(body, 'detail', 'ResponseCode')?.text ?? '']
      : messages.map((one) => child(one, 'ResponseCode')?.text ?? '');
  return { status, text, body, messages, codes };
}

/** All nodes of a name below a node, in their order. */
export function all(node: XmlNode, name: string): XmlNode[] {
  return node.children.flatMap((one) => [...(one.name === name ? [one] : []), ...all(one, name)]);
}
