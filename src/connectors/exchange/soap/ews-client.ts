import type { MailroomError } from '../../../base/errors.ts';
import { type EnvelopeHeader, envelope, type SchemaVersion } from './envelope.ts';
import { ewsError, httpError } from './ews-errors.ts';
import type { EwsHttp } from './ews-http.ts';
import { childOf, findNode, nodeAt, textAt, type XmlNode } from './xml-node.ts';

/** One response message: what was answered for one item of a request, or why not. */
export type EwsOutcome = { readonly node: XmlNode } | { readonly error: MailroomError };

/** Which Exchange answers (`ServerVersionInfo`). */
export interface ServerVersion {
  readonly major: number;
  readonly minor: number;
}

/** As whom a client acts; both absent for the account's own mailbox. */
export interface ActingFor {
  /** SMTP address of the mailbox to act as (ExchangeImpersonation). */
  readonly impersonate?: string | undefined;
  /** SMTP address of a mailbox to which the account has rights of its own (delegate access). */
  readonly delegateFor?: string | undefined;
}

/** How a client speaks. */
export interface EwsClientOptions extends ActingFor {
  /** The newest schema to ask for; what the server offers when absent. */
  readonly newestSchema?: SchemaVersion | undefined;
}

/** Calls operations of Exchange Web Services, one at a time, for one mailbox. */
export class EwsClient {
  readonly where: string;
  /** Mailbox that folders known by name lie in, where it is not the account's own. */
  readonly delegateFor: string | undefined;
  readonly #http: EwsHttp;
  readonly #impersonate: string | undefined;
  readonly #throttled: (error: MailroomError) => void;
  readonly #newest: SchemaVersion;
  #version: SchemaVersion = 'Exchange2010_SP2';
  #server: ServerVersion | undefined;
  /** Settles when what was asked for last is answered: signing in may take several requests that belong together. */
  #last: Promise<unknown> = Promise.resolve();

  /** `throttled` is told each answer that asks for less. */
  constructor(
    http: EwsHttp,
    where: string,
    { impersonate, delegateFor, newestSchema }: EwsClientOptions,
    throttled: (error: MailroomError) => void = () => undefined,
  ) {
    this.#throttled = throttled;
    this.#http = http;
    this.where = where;
    this.#impersonate = impersonate;
    this.delegateFor = delegateFor;
    this.#newest = newestSchema ?? 'Exchange2013_SP1';
  }

  /** The server's version, once it answered. */
  get server(): ServerVersion | undefined {
    return this.#server;
  }

  /** Sends an operation and returns an outcome a response message. Throws when the request as a whole failed. */
  async call(operation: string, request: string, signal: AbortSignal): Promise<readonly EwsOutcome[]> {
    const body = await this.request(operation, request, signal);
    const messages = childOf(body, 'ResponseMessages')?.children ?? [body];
    return messages.map((node) => this.#outcome(operation, node));
  }

  /** The same where one response message is expected; throws its error. */
  async callOne(operation: string, request: string, signal: AbortSignal): Promise<XmlNode> {
    const [outcome] = await this.call(operation, request, signal);
    if (outcome === undefined) throw ewsError(this.where, operation, 'mr_EwsBadAnswer', 'the answer holds no response');
    if ('error' in outcome) throw outcome.error;
    return outcome.node;
  }

  /** Sends an operation, after those that were asked for before it, and returns the element of the body. Throws a SOAP fault as an error of ours. */
  request(operation: string, request: string, signal: AbortSignal): Promise<XmlNode> {
    const answer = this.#last.then(() => this.#ask(operation, request, signal));
    this.#last = answer.then(
      () => undefined,
      () => undefined,
    );
    return answer;
  }

  async #ask(operation: string, request: string, signal: AbortSignal): Promise<XmlNode> {
    const header: EnvelopeHeader = { version: this.#version, impersonate: this.#impersonate };
    const answer = await this.#http.post(envelope(header, request), signal);
    if (answer.root === undefined) throw this.#told(httpError(this.where, answer.status, answer.retryAfter));
    this.#learnVersion(answer.root);
    const body = nodeAt(answer.root, 'Body')?.children[0];
    if (body === undefined) throw ewsError(this.where, operation, 'mr_EwsBadAnswer', 'the answer has no body');
    if (body.name === 'Fault') throw this.#fault(operation, body);
    return body;
  }

  /** Sends an operation whose answer lasts and tells each response message as it comes, with its error where it is one. */
  async stream(
    operation: string,
    request: string,
    tell: (message: XmlNode, error: MailroomError | undefined) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const header: EnvelopeHeader = { version: this.#version, impersonate: this.#impersonate };
    const hear = (root: XmlNode): void => {
      const body = nodeAt(root, 'Body')?.children[0];
      if (body?.name === 'Fault') throw this.#fault(operation, body);
      for (const message of childOf(body, 'ResponseMessages')?.children ?? []) {
        const outcome = this.#outcome(operation, message);
        tell(message, 'error' in outcome ? outcome.error : undefined);
      }
    };
    const answer = await this.#http.stream(envelope(header, request), hear, signal);
    if (answer?.root !== undefined) hear(answer.root);
    else if (answer !== undefined) throw this.#told(httpError(this.where, answer.status, answer.retryAfter));
  }

  #learnVersion(root: XmlNode): void {
    const info = nodeAt(root, 'Header', 'ServerVersionInfo')?.attributes;
    if (info === undefined) return;
    const major = Number(info.MajorVersion);
    const minor = Number(info.MinorVersion);
    if (!Number.isInteger(major) || !Number.isInteger(minor)) return;
    this.#server = { major, minor };
    if (major >= 15) this.#version = this.#newest;
  }

  #outcome(operation: string, node: XmlNode): EwsOutcome {
    const code = textAt(node, 'ResponseCode') ?? 'NoError';
    if (node.attributes.ResponseClass !== 'Error' && code === 'NoError') return { node };
    if (node.attributes.ResponseClass === 'Warning' && code !== 'ErrorBatchProcessingStopped') return { node };
    const words = textAt(node, 'MessageText') ?? '';
    return { error: this.#told(ewsError(this.where, operation, code, words, backOffOf(node))) };
  }

  #fault(operation: string, fault: XmlNode): MailroomError {
    const code = findNode(fault, 'ResponseCode')?.text ?? textAt(fault, 'faultcode')?.replace(/^.*:/, '') ?? 'Fault';
    const words = findNode(fault, 'Message')?.text ?? textAt(fault, 'faultstring') ?? '';
    return this.#told(ewsError(this.where, operation, code, words, backOffOf(fault)));
  }

  #told(error: MailroomError): MailroomError {
    if (error.kind === 'throttled') this.#throttled(error);
    return error;
  }
}

/** The delay Exchange asks for, milliseconds (`BackOffMilliseconds`). */
function backOffOf(node: XmlNode): number | undefined {
  const values = findNode(node, 'MessageXml')?.children ?? [];
  const value = Number(values.find((one) => one.attributes.Name === 'BackOffMilliseconds')?.text);
  return Number.isFinite(value) && value > 0 ? Math.min(value, 86_400_000) : undefined;
}
