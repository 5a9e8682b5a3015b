import type { ImapFlow, ListResponse } from 'imapflow';

/** An element of an answer: an atom or string with its value, or a list of them. */
export type ImapToken = { readonly value?: unknown } | null | readonly ImapToken[];

/** An argument of a command: text in quotes as needed, a word or range as it is (with the section and the part of it that are meant), or a list in parentheses. */
export type ImapArgument =
  | string
  | {
      readonly type: 'ATOM' | 'SEQUENCE';
      readonly value: string;
      readonly section?: readonly ImapArgument[];
      readonly partial?: readonly number[];
    }
  | readonly ImapArgument[];

/** What imapflow has without telling of it: commands that it knows no method for. Its version is fixed by the lock file, and the folder tests would notice. */
interface RawCommands {
  exec(
    command: string,
    args: readonly ImapArgument[],
    options: {
      readonly untagged: Readonly<
        Record<string, (answer: { readonly attributes?: readonly ImapToken[] }) => Promise<void>>
      >;
    },
  ): Promise<{ next(): void }>;
  run(command: 'LIST', reference: string, pattern: string): Promise<readonly ListResponse[]>;
}

const raw = (client: ImapFlow): RawCommands => client as unknown as RawCommands;

/** A word of a command. */
export const atom = (value: string): ImapArgument => ({ type: 'ATOM', value });

/** Carries out a command and gives each untagged answer of one kind to `take`. Rejects as imapflow does. */
export async function command(
  client: ImapFlow,
  name: string,
  args: readonly ImapArgument[],
  answer: string,
  take: (attributes: readonly ImapToken[]) => void,
): Promise<void> {
  const ended = await raw(client).exec(name, args, {
    untagged: { [answer]: async ({ attributes }) => take(attributes ?? []) },
  });
  ended.next();
}

/** Folders whose paths match a pattern (RFC 9051 6.3.9). */
export function listMatching(client: ImapFlow, pattern: string): Promise<readonly ListResponse[]> {
  return raw(client).run('LIST', '', pattern);
}

/** The text of an atom or string; undefined for a list. */
export function textOf(token: ImapToken | undefined): string | undefined {
  if (token === undefined || token === null || !('value' in token)) return undefined;
  const { value } = token;
  return typeof value === 'string' || Buffer.isBuffer(value) ? value.toString() : undefined;
}
