import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { openPop3 } from '../../../src/connectors/pop3/open-pop3.ts';
import type { Connector, Endpoint, OpenConnector } from '../../../src/contracts/connector.ts';
import type { FetchedMail, MailHandle, MailRetriever } from '../../../src/contracts/mail-retriever.ts';
import {
  type FaultyMessage,
  type Pop3Faults,
  startPop3Misbehaving,
} from '../../../testbed/servers/pop3-misbehaving.ts';

/** A signal that never aborts. */
export const quiet = new AbortController().signal;

/** A small message that tells its number and holds a line to be dot-stuffed. */
export function mail(number: number): Buffer {
  return Buffer.from(`Subject: ${number}\r\nMessage-ID: <${number}@x.example>\r\n\r\nfirst\r\n.second\r\nthird\r\n`);
}

/** A maildrop of `count` messages. */
export function drop(count: number): FaultyMessage[] {
  return Array.from({ length: count }, (_, index) => ({ uid: `u${index + 1}`, body: mail(index + 1) }));
}

/** A server with faults and a way to open it; both end with the test. */
export async function house(
  t: TestContext,
  faults: Pop3Faults,
  changes: Partial<Endpoint> = {},
  opener: OpenConnector = openPop3,
) {
  const server = await startPop3Misbehaving(faults);
  t.after(() => server.stop());
  const endpoint: Endpoint = {
    host: '127.0.0.1',
    port: server.port,
    security: 'none',
    signIn: { kind: 'password', username: 'user', password: 'pa55word' },
    timeoutMs: 10_000,
    maxMessageBytes: 1_000_000,
    ...changes,
  };
  const open = async (signal = quiet): Promise<{ connector: Connector; retriever: MailRetriever }> => {
    const connector = await opener(endpoint, signal);
    t.after(() => connector.abort());
    assert.ok(connector.retriever !== undefined);
    return { connector, retriever: connector.retriever };
  };
  return { server, open };
}

/** All that the server lists. */
export async function handlesOf(retriever: MailRetriever): Promise<MailHandle[]> {
  const handles: MailHandle[] = [];
  for await (const page of retriever.list(null, quiet)) {
    assert.equal(page.cursor, null);
    assert.equal(page.complete, true);
    handles.push(...page.handles);
  }
  return handles;
}

/** Everything that came, and the error that ended it. */
export async function taken(results: AsyncIterable<FetchedMail>): Promise<{ got: FetchedMail[]; ended?: unknown }> {
  const got: FetchedMail[] = [];
  try {
    for await (const result of results) got.push(result);
    return { got };
  } catch (ended) {
    return { got, ended };
  }
}

/** Subject numbers of what was fetched, error codes of what was not. */
export function told(results: readonly FetchedMail[]): string[] {
  return results.map((result) =>
    'raw' in result ? (/^Subject: (\d+)/.exec(result.raw.toString())?.[1] ?? '?') : result.error.code,
  );
}
