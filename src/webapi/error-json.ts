import { asMailroomError, type MailroomError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { ApiResponse } from './api-request.ts';
import { HttpError } from './http-error.ts';

const statusByCode: Readonly<Record<string, number>> = {
  '80060882': 412,
  '80040237': 412,
  '80040217': 404,
  '80040220': 403,
  '80048306': 403,
  '80040520': 403,
};
const statusByKind: Readonly<Record<MailroomError['kind'], number>> = {
  transient: 503,
  throttled: 429,
  credentials: 400,
  configuration: 400,
  conflict: 409,
  notFound: 404,
  item: 400,
  internal: 500,
};

/** Anything thrown as an OData error answer; what is not ours is logged and answered without detail. */
export function errorResponse(thrown: unknown, log: Log): ApiResponse {
  const error = asMailroomError(thrown);
  const status =
    error instanceof HttpError ? error.status : (statusByCode[error.code.toUpperCase()] ?? statusByKind[error.kind]);
  if (status >= 500) log.error({ err: thrown }, 'web api request failed');
  const message = status === 500 ? 'The request failed unexpectedly; the service log tells why.' : error.message;
  const headers: Record<string, string> = {};
  if (error.retryAfterMs !== undefined) headers['retry-after'] = String(Math.ceil(error.retryAfterMs / 1000));
  else if (status === 429 || status === 503) headers['retry-after'] = '5';
  return { status, headers, body: errorJson(error.code, message, status) };
}

/** The OData error envelope; eight-digit codes carry `0x` as Dataverse's do. */
export function errorJson(code: string, message: string, status: number): unknown {
  const shown = /^[0-9a-f]{8}$/i.test(code) ? `0x${code.toLowerCase()}` : code;
  return {
    error: { code: shown, message, '@Microsoft.PowerApps.CDS.ErrorDetails.HttpStatusCode': String(status) },
  };
}
