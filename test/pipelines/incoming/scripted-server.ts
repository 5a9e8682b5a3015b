import { MailroomError } from '../../../src/base/errors.ts';
import type { Connector } from '../../../src/contracts/connector.ts';
import type { FetchedMail, MailHandle } from '../../../src/contracts/mail-retriever.ts';

/** One message on the scripted server. */
export interface ScriptedMail {
  readonly serverId: string;
  readonly raw: Buffer;
  /** What the server says of its size; the truth when absent. */
  readonly sizeBytes?: number;
}

/** A mail server whose behaviour a test writes down. */
export interface ScriptedServer {
  mails: ScriptedMail[];
  /** The line drops after this many fetched messages. */
  dropAfter: number | undefined;
  /** Ids whose bytes the server refuses to give. */
  refused: Set<string>;
  /** True when the conversation does not end in good order: deletions do not take effect. */
  failsToClose: boolean;
  /** Called before each message is given. */
  beforeFetch: ((serverId: string) => void | Promise<void>) | undefined;
  hasHeads: boolean;
  /** True for a server that lists what is new only, when nothing is. */
  listsNothing: boolean;
  /** Ids whose bodies were given, in order. */
  readonly fetched: string[];
  /** Ids moved to the folder of what failed for good, in order. */
  readonly undeliverable: string[];
  /** What was moved after processing, as `ID to FOLDER`. */
  readonly moved: string[];
  /** What the server answers when it is to move them. */
  refusesToMove: MailroomError | undefined;
  /** Ids whose heads were given. */
  readonly heads: string[];
  connect(): Promise<Connector>;
}

/** A server with the given messages. */
export function scriptedServer(mails: readonly ScriptedMail[] = []): ScriptedServer {
  const server: ScriptedServer = {
    mails: [...mails],
    dropAfter: undefined,
    refused: new Set(),
    failsToClose: false,
    beforeFetch: undefined,
    hasHeads: true,
    listsNothing: false,
    fetched: [],
    undeliverable: [],
    moved: [],
    refusesToMove: undefined,
    heads: [],
    connect: () => Promise.resolve(connectorTo(server)),
  };
  return server;
}

function connectorTo(server: ScriptedServer): Connector {
  const marked = new Set<string>();
  const lost = () =>
    new MailroomError('The server closed the connection.', { code: 'mr_Pop3Closed', kind: 'transient' });
  async function* fetch(handles: readonly MailHandle[]): AsyncGenerator<FetchedMail> {
    let given = 0;
    for (const handle of handles) {
      if (server.dropAfter !== undefined && given >= server.dropAfter) throw lost();
      await server.beforeFetch?.(handle.serverId);
      const mail = server.mails.find((one) => one.serverId === handle.serverId);
      given += 1;
      if (mail === undefined) {
        yield { handle, error: new MailroomError('It is gone.', { code: 'mr_Pop3Gone', kind: 'notFound' }) };
      } else if (server.refused.has(handle.serverId)) {
        yield {
          handle,
          error: new MailroomError('-ERR unable to read', { code: 'mr_Pop3Refused', kind: 'transient' }),
        };
      } else {
        server.fetched.push(handle.serverId);
        const raw = Buffer.from(mail.raw);
        yield { handle, raw, release: () => raw.fill('released ') };
      }
    }
  }
  return {
    steps: [],
    retriever: {
      async *list() {
        if (server.listsNothing) {
          yield { handles: [], cursor: null, complete: false };
          return;
        }
        const handles = server.mails.map(({ serverId, raw, sizeBytes }) => ({
          serverId,
          sizeBytes: sizeBytes ?? raw.length,
        }));
        yield { handles, cursor: null, complete: true };
      },
      ...(server.hasHeads
        ? {
            async *fetchHeads(handles: readonly MailHandle[]): AsyncGenerator<FetchedMail> {
              for (const handle of handles) {
                const raw = server.mails.find((one) => one.serverId === handle.serverId)?.raw ?? Buffer.alloc(0);
                server.heads.push(handle.serverId);
                yield { handle, raw: raw.subarray(0, raw.indexOf('\r\n\r\n') + 4) };
              }
            },
          }
        : {}),
      fetch,
      settle: (handles, settlement) => {
        if (settlement === 'undeliverable') {
          if (server.refusesToMove !== undefined) return Promise.reject(server.refusesToMove);
          server.undeliverable.push(...handles.map(({ serverId }) => serverId));
        }
        if (settlement === 'delete') for (const { serverId } of handles) marked.add(serverId);
        if (typeof settlement === 'object') {
          if (server.refusesToMove !== undefined) return Promise.reject(server.refusesToMove);
          server.moved.push(...handles.map(({ serverId }) => `${serverId} to ${settlement.moveTo}`));
        }
        return Promise.resolve();
      },
    },
    close: () => {
      if (server.failsToClose) return Promise.reject(lost());
      server.mails = server.mails.filter(({ serverId }) => !marked.has(serverId));
      return Promise.resolve();
    },
    abort: () => undefined,
  };
}
