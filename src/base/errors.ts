/** What kind of failure this is; the kind alone decides the reaction (scheduler/health). */
export type ErrorKind =
  | 'transient'
  | 'throttled'
  | 'credentials'
  | 'configuration'
  | 'conflict'
  | 'notFound'
  | 'item'
  | 'internal';

export interface MailroomErrorDetail {
  /** Stable code: a documented eight-digit hex code (`8005E219`) or a name of ours (`mr_Pop3Timeout`). */
  readonly code: string;
  readonly kind: ErrorKind;
  /** Delay the server asked for, milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** The server's own words, secrets removed. */
  readonly serverReply?: string | undefined;
  /** True when the server may already have done what was asked (a send cut after the final dot). */
  readonly uncertain?: boolean | undefined;
  readonly cause?: unknown;
}

/** The one error of the product: a sentence that says what, where and what to do, a stable code and a kind. */
export class MailroomError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly retryAfterMs: number | undefined;
  readonly serverReply: string | undefined;
  readonly uncertain: boolean;

  constructor(message: string, detail: MailroomErrorDetail) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'MailroomError';
    this.code = detail.code;
    this.kind = detail.kind;
    this.retryAfterMs = detail.retryAfterMs;
    this.serverReply = detail.serverReply;
    this.uncertain = detail.uncertain ?? false;
  }
}

/** Anything thrown, as a MailroomError; what is not ours becomes `internal` with code `80040216`. */
export function asMailroomError(thrown: unknown): MailroomError {
  if (thrown instanceof MailroomError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new MailroomError(message, { code: '80040216', kind: 'internal', cause: thrown });
}
