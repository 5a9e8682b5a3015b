import type { Client, Dispatcher } from 'undici';
import { MailroomError } from '../../../base/errors.ts';
import { isCertificateError } from '../../is-certificate-error.ts';
import { type EwsLine, type EwsLineOptions, openLine } from './ews-line.ts';
import type { HttpSignIn } from './http-sign-in.ts';
import type { KeptLines } from './kept-lines.ts';
import type { XmlNode } from './xml-node.ts';
import { XmlReader } from './xml-reader.ts';

/** `url` is the address of `Exchange.asmx`, `timeoutMs` the budget of one request. */
export interface EwsHttpOptions extends EwsLineOptions {
  readonly signIn: HttpSignIn;
  /** Sent as X-AnchorMailbox, so that the request reaches the mailbox's server (CN-15). */
  readonly anchorMailbox: string | undefined;
  /** Largest answer read, bytes. */
  readonly maxAnswerBytes: number;
  /** Cookies of another conversation with the same server, to be answered by it as well. */
  readonly cookies?: ReadonlyMap<string, string> | undefined;
  /** Where the line comes from and is left, under a key that tells who signs in; absent for a line of its own. */
  readonly kept?: { readonly lines: KeptLines; readonly key: string } | undefined;
}

/** What came back: the root element where there was XML. */
export interface EwsAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** Where a redirect leads; undefined for every other answer. */
  readonly location: string | undefined;
  readonly root: XmlNode | undefined;
}

/** Rounds of one handshake: NTLM takes two. */
const mostRounds = 3;

/** Silence after which a streaming line counts as lost, milliseconds: Exchange says something every 45 seconds. */
const silenceMs = 120_000;
const largestEvent = 4 * 1024 * 1024;
const endOfEnvelope = /<\/(?:\w+:)?Envelope\s*>/;

const refused: EwsAnswer = { status: 401, retryAfter: undefined, location: undefined, root: undefined };

/** Posts SOAP over one kept-alive connection: NTLM signs in a connection, and affinity keeps a mailbox on one server. */
export class EwsHttp {
  readonly #options: EwsHttpOptions;
  #line: EwsLine | undefined;
  #isOver = false;
  /** Requests under way. */
  #pending = 0;
  readonly #cookies: Map<string, string>;

  constructor(options: EwsHttpOptions) {
    this.#options = options;
    this.#cookies = new Map(options.cookies);
  }

  get #client(): Client {
    return this.#openLine.client;
  }

  get #openLine(): EwsLine {
    if (this.#isOver) throw new Error('the conversation is closed');
    const { kept } = this.#options;
    this.#line ??= kept?.lines.take(kept.key) ?? openLine(this.#options);
    return this.#line;
  }

  /** The server's certificate on the connection in use (DER); undefined without TLS. */
  get certificate(): Buffer | undefined {
    return this.#line?.certificate;
  }

  /** Cookies of this conversation (X-BackEndOverrideCookie, exchangecookie). */
  get cookies(): ReadonlyMap<string, string> {
    return this.#cookies;
  }

  /** Sends an envelope and reads the answer, signing in where the server asks. Throws MailroomError. */
  async post(body: string, signal: AbortSignal): Promise<EwsAnswer> {
    const { timeoutMs } = this.#options;
    const until = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    return this.#underWay(async () => {
      const answer = await this.#signedIn(body, timeoutMs, until);
      return answer === undefined ? refused : this.#read(answer, signal);
    });
  }

  /** Asks for the address itself, without signing in, and reads a short text. Throws MailroomError. */
  async getText(signal: AbortSignal): Promise<{ status: number; text: string; location: string | undefined }> {
    const { url, timeoutMs, maxAnswerBytes } = this.#options;
    const until = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    try {
      const path = `${url.pathname}${url.search}`;
      const answer = await this.#client.request({ method: 'GET', path, headers: { accept: '*/*' }, signal: until });
      const isRedirect = answer.statusCode >= 300 && answer.statusCode < 400;
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > maxAnswerBytes) throw new Error('an answer without end');
        chunks.push(chunk);
      }
      const location = isRedirect ? listOf(answer.headers.location)[0] : undefined;
      return { status: answer.statusCode, text: Buffer.concat(chunks).toString('utf8'), location };
    } catch (error) {
      throw connectionError(error, url.host, signal);
    }
  }

  /** Sends an envelope whose answer is one envelope after the other, for as long as the server likes; each is told as it comes. An answer that is no stream is returned. */
  async stream(body: string, tell: (root: XmlNode) => void, signal: AbortSignal): Promise<EwsAnswer | undefined> {
    return this.#underWay(() => this.#hear(body, tell, signal));
  }

  async #hear(body: string, tell: (root: XmlNode) => void, signal: AbortSignal): Promise<EwsAnswer | undefined> {
    const answer = await this.#signedIn(body, silenceMs, signal);
    if (answer === undefined) return refused;
    if (answer.statusCode !== 200) return this.#read(answer, signal);
    const { host } = this.#options.url;
    const decoder = new TextDecoder();
    let text = '';
    try {
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        text += decoder.decode(chunk, { stream: true });
        for (let end = endOfEnvelope.exec(text); end !== null; end = endOfEnvelope.exec(text)) {
          const reader = new XmlReader(host);
          reader.write(Buffer.from(text.slice(0, end.index + end[0].length)));
          text = text.slice(end.index + end[0].length);
          tell(reader.end());
        }
        if (text.length > largestEvent) throw new Error('an event without end');
      }
    } catch (error) {
      answer.body.destroy();
      throw error instanceof MailroomError ? error : connectionError(error, host, signal);
    }
    return undefined;
  }

  async #signedIn(body: string, bodyMs: number, signal: AbortSignal): Promise<Dispatcher.ResponseData | undefined> {
    const { signIn } = this.#options;
    let authorization = (await signIn.first()) ?? this.#openLine.accepted;
    for (let round = 1; ; round += 1) {
      const answer = await this.#send(body, authorization, bodyMs, signal);
      if (answer.statusCode !== 401 && this.#line !== undefined) this.#line.accepted ??= signIn.lasting?.();
      if (answer.statusCode !== 401 || round > mostRounds) return answer;
      const challenges = listOf(answer.headers['www-authenticate']);
      await answer.body.dump({ limit: 65_536 }).catch(() => undefined);
      if (this.#line !== undefined) this.#line.accepted = undefined;
      const said = authorization;
      authorization = await signIn.next(challenges);
      // What was just refused is not said twice: servers count refused passwords.
      if (authorization === undefined || authorization === said) return undefined;
    }
  }

  async #underWay<T>(work: () => Promise<T>): Promise<T> {
    this.#pending += 1;
    try {
      return await work();
    } finally {
      this.#pending -= 1;
    }
  }

  /** Leaves the line in good order, for others where lines are kept; the next request takes another. */
  async rest(): Promise<void> {
    const [line, { kept }] = [this.#line, this.#options];
    this.#line = undefined;
    if (line === undefined) return;
    if (kept !== undefined && this.#pending === 0) kept.lines.keep(kept.key, line);
    else await line.client.close();
  }

  /** Ends the conversation in good order: what is under way is waited for, what comes later is refused. */
  async close(): Promise<void> {
    this.#isOver = true;
    await this.rest();
  }

  /** Drops the connection at once, and what is under way with it; the next request makes another. */
  drop(): void {
    void this.#line?.client.destroy().catch(() => undefined);
    this.#line = undefined;
  }

  /** Ends the conversation at once: what is under way fails, what comes later is refused. */
  abort(): void {
    this.#isOver = true;
    this.drop();
  }

  async #send(
    body: string,
    authorization: string | undefined,
    bodyMs: number,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const { url, anchorMailbox } = this.#options;
    const headers: Record<string, string> = {
      'content-type': 'text/xml; charset=utf-8',
      accept: 'text/xml',
      'user-agent': 'Mailroom',
      'x-preferserveraffinity': 'true',
    };
    if (authorization !== undefined) headers.authorization = authorization;
    if (anchorMailbox !== undefined) headers['x-anchormailbox'] = anchorMailbox;
    if (this.#cookies.size > 0)
      headers.cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    try {
      const answer = await this.#client.request({
        method: 'POST',
        path: `${url.pathname}${url.search}`,
        headers,
        body,
        bodyTimeout: bodyMs,
        signal,
      });
      this.#keepCookies(listOf(answer.headers['set-cookie']));
      return answer;
    } catch (error) {
      throw connectionError(error, url.host, signal);
    }
  }

  async #read(answer: Dispatcher.ResponseData, signal: AbortSignal): Promise<EwsAnswer> {
    const where = this.#options.url.host;
    const retryAfter = listOf(answer.headers['retry-after'])[0];
    const isRedirect = answer.statusCode >= 300 && answer.statusCode < 400;
    const location = isRedirect ? listOf(answer.headers.location)[0] : undefined;
    const type = listOf(answer.headers['content-type'])[0] ?? '';
    if (!/xml/i.test(type)) {
      await answer.body.dump({ limit: 65_536 }).catch(() => undefined);
      return { status: answer.statusCode, retryAfter, location, root: undefined };
    }
    const reader = new XmlReader(where);
    let bytes = 0;
    try {
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > this.#options.maxAnswerBytes)
          throw new MailroomError(
            `Exchange at ${where} sent an answer of more than ${this.#options.maxAnswerBytes} bytes.`,
            {
              code: 'mr_EwsTooLarge',
              kind: 'transient',
            },
          );
        reader.write(chunk);
      }
    } catch (error) {
      answer.body.destroy();
      throw error instanceof MailroomError ? error : connectionError(error, where, signal);
    }
    return { status: answer.statusCode, retryAfter, location, root: reader.end() };
  }

  /** Cookies keep a conversation on one server. */
  #keepCookies(lines: readonly string[]): void {
    for (const line of lines) {
      const match = /^\s*([^=;\s]+)=([^;]*)/.exec(line);
      if (match?.[1] === undefined) continue;
      // One that is known may change; beyond 20 no other is taken.
      if (this.#cookies.has(match[1]) || this.#cookies.size < 20) this.#cookies.set(match[1], match[2] ?? '');
    }
  }
}

function listOf(value: string | string[] | undefined): readonly string[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

function connectionError(thrown: unknown, where: string, signal: AbortSignal | undefined): MailroomError {
  if (signal?.aborted)
    return new MailroomError(`The conversation with Exchange at ${where} was stopped from our side.`, {
      code: 'mr_EwsAborted',
      kind: 'transient',
    });
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const code = (error as { code?: unknown }).code;
  const name = typeof code === 'string' ? code : error.name;
  if (name === 'ENOTFOUND')
    return new MailroomError(`No server was found under the name ${where}; check the location.`, {
      code: '8005E218',
      kind: 'configuration',
    });
  if (isCertificateError(name))
    return new MailroomError(
      `The certificate of Exchange at ${where} is not valid: ${error.message}. Install a valid one, or enter the authority that signed it on the profile.`,
      { code: '8005E23A', kind: 'configuration' },
    );
  return new MailroomError(`No answer from Exchange at ${where} (${name}). It is asked again at the next turn.`, {
    code: '8005E227',
    kind: 'transient',
    cause: error,
  });
}
