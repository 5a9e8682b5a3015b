import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { EwsHttp } from '../../../src/connectors/exchange/soap/ews-http.ts';
import { basicSignIn, offeredSignIn } from '../../../src/connectors/exchange/soap/http-sign-in.ts';
import { KeptLines } from '../../../src/connectors/exchange/soap/kept-lines.ts';
import { heldClock } from '../../support/clock.ts';

const quiet = new AbortController().signal;
const never = { first: () => undefined, next: () => assert.fail('NTLM was not offered') };

test('RFC 7617: a server that took Basic on a line is not asked again on it; one that has not is asked before anything is said', async (t) => {
  const { talk, heard, said } = await house(t);
  assert.deepEqual([await talk(), await talk()], [200, 200]);
  assert.deepEqual(heard, [undefined, said, said]);
});

test('a password that the server takes no longer is refused once, and the next line is asked again', async (t) => {
  const { talk, heard, said, state } = await house(t);
  await talk();
  state.isRight = false;
  heard.length = 0;
  assert.equal(await talk(), 401);
  assert.deepEqual(heard, [said]);
  heard.length = 0;
  state.isRight = true;
  assert.equal(await talk(), 200);
  assert.deepEqual(heard, [undefined, said]);
});

/** A server that asks for Basic, and conversations of one request that leave their line to the next. */
async function house(t: TestContext) {
  const state = { isRight: true };
  const said = `Basic ${Buffer.from('ada:secret').toString('base64')}`;
  const heard: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    heard.push(request.headers.authorization);
    const isIn = request.headers.authorization === said && state.isRight;
    request.resume().on('end', () => {
      response.writeHead(isIn ? 200 : 401, isIn ? {} : { 'www-authenticate': 'Basic realm="x"' });
      response.end(isIn ? '<a/>' : '');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const lines = new KeptLines(heldClock());
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const talk = async (): Promise<number> => {
    const http = new EwsHttp({
      url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
      signIn: offeredSignIn(never, basicSignIn('ada', 'secret')),
      anchorMailbox: undefined,
      caPem: undefined,
      timeoutMs: 10_000,
      maxAnswerBytes: 10_000,
      kept: { lines, key: 'ada' },
    });
    const { status } = await http.post('<q/>', quiet);
    await http.close();
    return status;
  };
  return { talk, heard, said, state };
}
