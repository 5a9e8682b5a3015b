import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP relay on loopback that sees what the client says and can call out at a chosen line. */
export interface TripwireProxy {
  readonly port: number;
  /** Calls `onLine` when the client says a line that matches for the `nth` time from now on, before it is passed on. One tripwire at a time. */
  arm(line: RegExp, nth: number, onLine: () => void): void;
  disarm(): void;
  /** Drops every connection and takes none until it is revived on the same port: what a killed server looks like. */
  kill(): Promise<void>;
  revive(): Promise<void>;
  stop(): Promise<void>;
}

interface Tripwire {
  readonly line: RegExp;
  left: number;
  readonly onLine: () => void;
}

/** Starts a relay to `targetPort` on 127.0.0.1. */
export async function startTripwireProxy(targetPort: number): Promise<TripwireProxy> {
  const sockets = new Set<Socket>();
  let tripwire: Tripwire | undefined;
  const watch = (data: Buffer): void => {
    if (tripwire === undefined) return;
    for (const line of data.toString('latin1').split('\r\n')) {
      if (!tripwire.line.test(line)) continue;
      tripwire.left -= 1;
      if (tripwire.left > 0) continue;
      const { onLine } = tripwire;
      tripwire = undefined;
      onLine();
      return;
    }
  };
  const server = createServer({ noDelay: true }, (client) => {
    const target = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
    for (const [socket, other] of [
      [client, target],
      [target, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (data: Buffer) => {
      watch(data);
      target.write(data);
    });
    client.on('end', () => target.end());
    target.pipe(client);
  });
  const listen = (at: number): Promise<void> => new Promise((resolve) => server.listen(at, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const kill = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) {
      // Node 20 never ends once a socket was reset while its end was still on the way.
      if (socket.writableEnded) socket.destroy();
      else socket.resetAndDestroy();
    }
    await closed;
  };
  return {
    port,
    kill,
    revive: () => listen(port),
    arm: (line, nth, onLine) => {
      tripwire = { line, left: nth, onLine };
    },
    disarm: () => {
      tripwire = undefined;
    },
    stop: kill,
  };
}
