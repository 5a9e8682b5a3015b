import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { setUpWrong } from './server-errors.ts';

/**
 * A TCP port of 127.0.0.1 that was free a moment ago, from 15,000 to 31,999: below the range systems hand to outgoing
 * connections (RFC 6335 6), which could otherwise take the port while the server restarts. Throws configuration `mr_DatabaseSetUp`.
 */
export async function freeLoopbackPort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(15_000, 32_000);
    if (await canListen(port)) return port;
  }
  throw setUpWrong('No TCP port of 127.0.0.1 can be opened.', 'Bring the loopback interface up');
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
