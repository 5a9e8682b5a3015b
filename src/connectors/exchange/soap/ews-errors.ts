import { type ErrorKind, MailroomError } from '../../../base/errors.ts';

/** What response codes of Exchange mean for us (chapter EC); what is not listed is a failure of that item. */
const kindByCode: Readonly<Record<string, ErrorKind>> = {
  ErrorServerBusy: 'throttled',
  ErrorExceededConnectionCount: 'throttled',
  ErrorExceededSubscriptionCount: 'throttled',
  ErrorMessageSizeExceeded: 'item',
  ErrorSubmissionQuotaExceeded: 'throttled',
  ErrorTimeoutExpired: 'transient',
  ErrorBatchProcessingStopped: 'transient',
  ErrorInternalServerError: 'transient',
  ErrorInternalServerTransientError: 'transient',
  ErrorConnectionFailed: 'transient',
  ErrorMailboxStoreUnavailable: 'transient',
  ErrorMailboxMoveInProgress: 'transient',
  ErrorADUnavailable: 'transient',
  ErrorADOperation: 'transient',
  ErrorNotEnoughMemory: 'transient',
  ErrorInsufficientResources: 'transient',
  ErrorAccessDenied: 'credentials',
  ErrorImpersonateUserDenied: 'configuration',
  ErrorImpersonationDenied: 'configuration',
  ErrorImpersonationFailed: 'configuration',
  ErrorNonExistentMailbox: 'configuration',
  ErrorNonPrimarySmtpAddress: 'configuration',
  ErrorSubscriptionDelegateAccessNotSupported: 'configuration',
  ErrorMissingEmailAddress: 'configuration',
  ErrorInvalidLicense: 'configuration',
  ErrorQuotaExceeded: 'configuration',
  ErrorInvalidServerVersion: 'configuration',
  ErrorItemNotFound: 'notFound',
  ErrorFolderNotFound: 'notFound',
  ErrorInvalidId: 'notFound',
  ErrorInvalidIdMalformed: 'notFound',
  ErrorIrresolvableConflict: 'conflict',
  ErrorStaleObject: 'conflict',
  ErrorChangeKeyRequired: 'conflict',
};

const advice: Readonly<Record<string, string>> = {
  ErrorImpersonateUserDenied: 'Give the account of the profile the role ApplicationImpersonation in Exchange.',
  ErrorImpersonationDenied: 'Give the account of the profile the role ApplicationImpersonation in Exchange.',
  ErrorNonExistentMailbox: 'Check the email address of the mailbox.',
  ErrorNonPrimarySmtpAddress: 'Enter the primary email address of the mailbox.',
  ErrorSubscriptionDelegateAccessNotSupported:
    'Exchange tells delegates of no new mail, so the mailbox is looked at by the clock; with impersonation it would be listened to.',
  ErrorQuotaExceeded: 'The mailbox is full; make room in it.',
  ErrorInvalidLicense: 'The mailbox has no valid Exchange licence.',
  ErrorAccessDenied: 'The account may not open this mailbox.',
};

/** A response code other than NoError as an error of ours; codes we do not know fail the item they are about. */
export function ewsError(
  where: string,
  operation: string,
  code: string,
  words: string,
  retryAfterMs?: number,
): MailroomError {
  const kind = kindByCode[code] ?? 'item';
  const help = advice[code] === undefined ? '' : ` ${advice[code]}`;
  const known: Readonly<Record<string, string>> = {
    ErrorNonExistentMailbox: '8005E217',
    ErrorMessageSizeExceeded: '8005E237',
  };
  return new MailroomError(`Exchange at ${where} refused ${operation}: ${words || code}.${help}`, {
    code: known[code] ?? code,
    kind,
    retryAfterMs,
    serverReply: `${code}: ${words}`,
  });
}

/** An HTTP status without a SOAP answer as an error of ours (EC-11 to EC-13, CN-18). */
export function httpError(where: string, status: number, retryAfter: string | undefined): MailroomError {
  const make = (kind: ErrorKind, code: string, sentence: string, retryAfterMs?: number): MailroomError =>
    new MailroomError(sentence, { kind, code, retryAfterMs, serverReply: `HTTP ${status}` });
  const seconds = Number(retryAfter);
  const waitMs = Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 86_400) * 1000 : undefined;
  if (status === 401)
    return make(
      'credentials',
      'mr_EwsUnauthorized',
      `Exchange at ${where} did not accept the sign-in (401). Check user name, password and that this way of signing in is switched on. After a user was deleted and made anew this may last 72 hours.`,
    );
  if (status === 403)
    return make(
      'configuration',
      'mr_EwsForbidden',
      `Exchange at ${where} forbids EWS for this account (403). Allow EWS for it; after a change of the allow list this may last 2 hours.`,
    );
  if (status === 404 || status === 405)
    return make(
      'configuration',
      '8005E218',
      `There is no Exchange Web Services at ${where} (${status}). Check the location.`,
    );
  if (status >= 300 && status < 400)
    return make(
      'configuration',
      '8005E218',
      `${where} sends us elsewhere (${status}). Enter the address it leads to, or switch autodiscover on.`,
    );
  if (status === 429 || status === 503)
    return make(
      'throttled',
      'mr_EwsBusy',
      `Exchange at ${where} is busy (${status}); it is asked again later.`,
      waitMs,
    );
  return make(
    'transient',
    'mr_EwsHttp',
    `Exchange at ${where} answered HTTP ${status}; it is asked again at the next turn.`,
  );
}
