import { request } from 'node:http';
import { readXml } from '../../../../testbed/exchange/xml/read-xml.ts';
import type { XmlNode } from '../../../../testbed/exchange/xml/xml-node.ts';
import { all, envelope } from './ews-client.ts';

/** A streaming connection as a client sees it. */
export interface EventStreamClient {
  /** The next response message; undefined when the connection is over. */
  next(): Promise<XmlNode | undefined>;
  /** Messages until one fulfils the test. Rejects when the connection ends before. */
  until(test: (message: XmlNode) => boolean): Promise<XmlNode>;
  close(): void;
}

/** Opens GetStreamingEvents for subscriptions; further header fields can be given. */
export function openStream(
  url: string,
  user: string,
  ids: readonly string[],
  headers: Readonly<Record<string, string>> = {},
): EventStreamClient {
  const list = ids.map((id) => `<t:SubscriptionId>${id}</t:SubscriptionId>`).join('');
  const body = `<m:GetStreamingEvents><m:SubscriptionIds>${list}</m:SubscriptionIds><m:ConnectionTimeout>1</m:ConnectionTimeout></m:GetStreamingEvents>`;
  const waiting: XmlNode[] = [];
  const takers: ((message: XmlNode | undefined) => void)[] = [];
  let isOver = false;
  let text = '';
  const sent = request(url, {
    method: 'POST',
    headers: {
      'Content-Type': 'text/xml; charset=utf-8',
      Authorization: `Basic ${Buffer.from(`${user}:secret`).toString('base64')}`,
      ...headers,
    },
  });
  const give = (message: XmlNode | undefined): void => {
    const taker = takers.shift();
    if (taker !== undefined) taker(message);
    else if (message !== undefined) waiting.push(message);
  };
  const finish = (): void => {
    isOver = true;
    while (takers.length > 0) give(undefined);
  };
  sent.on('response', (response) => {
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      text += chunk;
      for (let end = text.indexOf('</s:Envelope>'); end >= 0; end = text.indexOf('</s:Envelope>')) {
        const whole = text.slice(0, end + '</s:Envelope>'.length);
        text = text.slice(whole.length);
        for (const message of all(readXml(whole), 'GetStreamingEventsResponseMessage')) give(message);
      }
    });
    response.on('close', finish);
    response.on('error', finish);
  });
  sent.on('error', finish);
  sent.end(envelope(body, 'Exchange2013'));
  const next = (): Promise<XmlNode | undefined> => {
    const first = waiting.shift();
    if (first !== undefined || isOver) return Promise.resolve(first);
    return new Promise((resolve) => takers.push(resolve));
  };
  return {
    next,
    until: async (test) => {
      for (;;) {
        const message = await next();
        if (message === undefined) throw new Error('The stream ended.');
        if (test(message)) return message;
      }
    },
    close: () => void sent.destroy(),
  };
}
