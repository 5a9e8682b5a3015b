import { MailroomError } from '../base/errors.ts';

const unavailable = new Set([
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '25006',
  '08000',
  '08001',
  '08003',
  '08004',
  '08006',
  '08P01',
]);
const socketErrors = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOENT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
const lostConnection =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|client was closed|server closed the connection|query read timeout/i;
const signInRefused = new Set(['28000', '28P01', '3D000']);

/** The SQLSTATE or system code of anything thrown; empty when it has none. */
export function codeOf(thrown: unknown): string {
  const code = (thrown as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** True when the transaction may simply be tried again: serialization failure, deadlock. */
export function isRetryable(thrown: unknown): boolean {
  const code = codeOf(thrown instanceof MailroomError ? thrown.cause : thrown);
  return code === '40001' || code === '40P01';
}

/** True when the connection itself is gone or cannot be trusted. */
export function isConnectionLoss(thrown: unknown): boolean {
  const code = codeOf(thrown);
  if (unavailable.has(code) || socketErrors.has(code)) return true;
  return code === '' && thrown instanceof Error && lostConnection.test(thrown.message);
}

/** What the driver threw, as a MailroomError; values of rows never come into the message. */
export function asStoreError(thrown: unknown): MailroomError {
  if (thrown instanceof MailroomError) return thrown;
  if (isConnectionLoss(thrown)) {
    return new MailroomError(
      `The database does not answer (${reasonOf(thrown)}). The service tries again; check that PostgreSQL runs and that MAILROOM_DATABASE_URL is right.`,
      { code: 'mr_DatabaseUnavailable', kind: 'transient', cause: thrown },
    );
  }
  const code = codeOf(thrown);
  const { table = '', constraint = '' } = thrown as { table?: string; constraint?: string };
  if (code === '23505') {
    return new MailroomError(
      `A row of ${table} with the same key exists already (${constraint}). Change that row instead.`,
      {
        code: '80040237',
        kind: 'conflict',
        cause: thrown,
      },
    );
  }
  if (code === '40001' || code === '40P01' || code === '55P03' || code === '57014') {
    return new MailroomError(`The database could not finish the work now (SQLSTATE ${code}). It can be tried again.`, {
      code: 'mr_DatabaseBusy',
      kind: 'transient',
      cause: thrown,
    });
  }
  if (signInRefused.has(code)) {
    return new MailroomError(
      `The database refuses the connection (SQLSTATE ${code}). Check user, password and name in MAILROOM_DATABASE_URL.`,
      {
        code: 'mr_DatabaseSignIn',
        kind: 'configuration',
        cause: thrown,
      },
    );
  }
  if (code.startsWith('53')) {
    return new MailroomError(
      `The database is out of resources (SQLSTATE ${code}: disk, memory or connections). Make room; the service tries again.`,
      {
        code: 'mr_DatabaseUnavailable',
        kind: 'transient',
        cause: thrown,
      },
    );
  }
  if (code.startsWith('22')) {
    return new MailroomError(
      `The database refuses a value (SQLSTATE ${code}): it has the wrong form or is out of range. Correct the value.`,
      {
        code: '80040203',
        kind: 'item',
        cause: thrown,
      },
    );
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new MailroomError(`The database failed: ${message}`, { code: '80040216', kind: 'internal', cause: thrown });
}

function reasonOf(thrown: unknown): string {
  return codeOf(thrown) || (thrown instanceof Error ? thrown.message : 'unknown');
}
