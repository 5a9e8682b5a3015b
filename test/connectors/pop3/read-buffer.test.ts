import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { systemClock } from '../../../src/base/clock.ts';
import { Pop3Stream } from '../../../src/connectors/pop3/pop3-stream.ts';
import { ReadBuffer } from '../../../src/connectors/pop3/read-buffer.ts';

/** A socket reading into `buffer` as Node does it: each read asks for the memory of the next. */
function reader(buffer: ReadBuffer) {
  const { buffer: next, callback } = buffer.onread as {
    buffer(): Buffer;
    callback(length: number, memory: Buffer): boolean;
  };
  return (letter: string, length: number): void => {
    const memory = next();
    memory.fill(letter, 0, length);
    callback(length, memory);
  };
}

describe('memory of what a socket reads', () => {
  it('stays as it was read until it is given back, and is used again then', () => {
    const buffer = new ReadBuffer();
    const heard: Buffer[] = [];
    buffer.listener = (bytes) => heard.push(bytes);
    const read = reader(buffer);
    for (const letter of 'abc') read(letter, 20_000);
    assert.deepEqual(
      heard.map((bytes) => [bytes.length, String.fromCharCode(...new Set(bytes))]),
      [...'abc'].map((letter) => [20_000, letter]),
    );
    const first = heard[0]?.buffer;
    buffer.give(heard[0] ?? Buffer.alloc(0));
    for (const letter of 'de') read(letter, 65_536);
    assert.equal(heard[4]?.buffer, first);
    assert.deepEqual([...new Set(heard[1])], [...Buffer.from('b')]);
  });

  it('takes back what it gave alone: Node shares out memory of the same size to small buffers (Buffer.poolSize, 64 kB since Node 24)', () => {
    const buffer = new ReadBuffer();
    const heard: Buffer[] = [];
    buffer.listener = (bytes) => heard.push(bytes);
    const read = reader(buffer);
    const shared = Buffer.allocUnsafeSlow(65_536);
    buffer.give(shared.subarray(0, 10));
    for (const letter of 'abc') read(letter, 20_000);
    assert.ok(heard.every((bytes) => bytes.buffer !== shared.buffer));
  });

  it('few bytes are kept in memory of their size, so that a server that drips fills none', () => {
    const buffer = new ReadBuffer();
    const heard: Buffer[] = [];
    buffer.listener = (bytes) => heard.push(bytes);
    const read = reader(buffer);
    for (let count = 0; count < 1000; count += 1) read('x', 10);
    const memories = new Set(heard.map((bytes) => bytes.buffer));
    const held = [...memories].reduce((sum, memory) => sum + memory.byteLength, 0);
    assert.ok(held < 100_000, `${held} bytes are held for 10,000.`);
  });

  it('PAIN-14: large messages come whole over a socket, their memory is not that of the reads (RFC 1939 3)', async () => {
    const bodies = Array.from({ length: 12 }, (_, index) =>
      `${String.fromCharCode(97 + index).repeat(7)}\r\n`.repeat(40_000),
    );
    const server = createServer((socket) => socket.end(bodies.map((body) => `+OK\r\n${body}.\r\n`).join('')));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const reads = new ReadBuffer();
    const { port } = server.address() as AddressInfo;
    const socket: Socket = connect({ port, host: '127.0.0.1', onread: reads.onread });
    socket.pause();
    const stream = new Pop3Stream(socket, { where: 'pop.example:110', timeoutMs: 10_000, clock: systemClock, reads });
    const got: string[] = [];
    const kept: Buffer[] = [];
    for (const _ of bodies) {
      assert.equal((await stream.readReply('RETR 1')).status, 'ok');
      kept.push((await stream.readBody({ maxBytes: 1e6, excess: 'drop' })).bytes);
    }
    for (const bytes of kept) got.push(bytes.toString('latin1'));
    assert.ok(got.every((body, index) => body === bodies[index]));
    await assert.rejects(stream.readReply('RETR 2'), /closed the connection/);
    socket.destroy();
    server.close();
    await once(server, 'close');
  });
});
