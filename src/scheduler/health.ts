import type { ErrorKind, MailroomError } from '../base/errors.ts';

/** Failures in a row after which a flow is switched off (SC-10). */
export const mostTransientFailures = 10;

/** How long a flow waits after a failure, milliseconds (SC-10). */
export const postponeMs = 300_000;

/** What the engine does after a turn. */
export type Reaction =
  /** All well: counters reset, alerts of the flow closed (SC-12, AL-12). */
  | { readonly kind: 'carryOn' }
  /** One item's trouble: the flow goes on by its schedule (SC-14). */
  | { readonly kind: 'note' }
  /** Tried again at `until`; `failures` counts those in a row, unchanged for throttling (SC-10, SC-13, PAIN-13). */
  | { readonly kind: 'postpone'; readonly until: Date; readonly failures: number }
  /** Off until Test & Enable succeeds (SC-11). */
  | { readonly kind: 'disable'; readonly failures: number }
  /** The lease is another's now: nothing is written. */
  | { readonly kind: 'lost' };

type Response = 'retry' | 'wait' | 'disable' | 'note';

/** The reaction to each kind of error (SC-10 to SC-17). */
const responseTo: Readonly<Record<ErrorKind, Response>> = {
  transient: 'retry',
  throttled: 'wait',
  credentials: 'disable',
  configuration: 'disable',
  conflict: 'retry',
  notFound: 'disable',
  item: 'note',
  internal: 'retry',
};

/** What to do about the error that ended a turn; `failures` counts those in a row before it. Pure. */
export function reactTo(error: MailroomError | undefined, failures: number, endedOn: Date): Reaction {
  if (error === undefined) return { kind: 'carryOn' };
  if (error.code === 'mr_LeaseLost') return { kind: 'lost' };
  const response = responseTo[error.kind];
  if (response === 'note') return { kind: 'note' };
  if (response === 'disable') return { kind: 'disable', failures };
  const until = new Date(endedOn.getTime() + Math.max(postponeMs, error.retryAfterMs ?? 0));
  if (response === 'wait') return { kind: 'postpone', until, failures };
  const counted = failures + 1;
  return counted >= mostTransientFailures
    ? { kind: 'disable', failures: counted }
    : { kind: 'postpone', until, failures: counted };
}

/** Configuration errors that are one mailbox's and not its profile's. */
const mailboxCodes = new Set([
  '8005E209',
  '8005E216',
  '8005E217',
  '8005E219',
  '8005E220',
  '8005E221',
  '8005E222',
  '8005E233',
  'mr_ConsentMissing',
]);

/** Whether the trouble is the profile's, so that one alert there tells it for all its mailboxes (SC-17, AL-04). */
export function isProfileTrouble(error: MailroomError, credentialsOnProfile: boolean): boolean {
  if (error.kind === 'credentials') return credentialsOnProfile;
  return error.kind === 'configuration' && !mailboxCodes.has(error.code);
}
