import { closeSync, openSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';

/** A Unix socket that answers for as long as its process lives, whoever asks: process numbers mean nothing in another container. */
export interface Lamp {
  /** Name of the socket in its folder. */
  readonly name: string;
  /** Puts it out and removes the file. */
  out(): void;
}

/** Longest path of a Unix socket that every system takes, bytes (unix(7): 108 with the end, 104 on BSD). */
export const longestSocketPath = 100;

/** Lights a lamp in a folder; undefined on a file system without sockets. It does not keep the process from ending. */
export function lightLamp(folder: string, name: string): Promise<Lamp | undefined> {
  return withSocketPath(folder, name, (path) => {
    const server = createServer((socket) => socket.destroy());
    return new Promise((resolve) => {
      server.once('error', () => resolve(undefined));
      server.listen(path, () => {
        server.unref();
        const out = (): void => {
          server.close();
          rmSync(join(folder, name), { force: true });
        };
        resolve({ name, out });
      });
    });
  });
}

/** True when a process answers at the socket, in this container or another on the machine; a file left by a dead one does not. */
export async function isLit(folder: string, name: string): Promise<boolean> {
  if (name === '') return false;
  const code = await withSocketPath(folder, name, (path) => {
    const socket = createConnection(path);
    return new Promise<string>((resolve) => {
      socket.once('connect', () => resolve('connected'));
      socket.once('error', (error) => resolve('code' in error ? String(error.code) : ''));
    }).finally(() => socket.destroy());
  });
  // EAGAIN: it lives and has many callers. EACCES: it is another user's, who may be alive.
  return code === 'connected' || code === 'EAGAIN' || code === 'EACCES';
}

/** A path short enough for a socket: through /proc where the real one is too long. */
async function withSocketPath<T>(folder: string, name: string, use: (path: string) => Promise<T>): Promise<T> {
  const path = join(folder, name);
  if (Buffer.byteLength(path) <= longestSocketPath || process.platform !== 'linux') return use(path);
  const descriptor = openSync(folder, 'r');
  try {
    return await use(`/proc/self/fd/${descriptor}/${name}`);
  } finally {
    closeSync(descriptor);
  }
}
