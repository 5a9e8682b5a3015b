import { MailroomError } from '../base/errors.ts';

/** A refusal with a fixed HTTP status; `code` as in MailroomError. */
export class HttpError extends MailroomError {
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(message, { code, kind: status === 404 ? 'notFound' : 'item' });
    this.status = status;
  }
}

/** 400 for a name, segment or option that does not exist or cannot be read (80060888). */
export function unknownName(message: string): HttpError {
  return new HttpError(400, '80060888', message);
}

/** 400 for a body that does not fit the table (80048d19). */
export function badPayload(message: string): HttpError {
  return new HttpError(400, '80048d19', message);
}

/** 400 for a value that is not acceptable where it stands (80040203). */
export function badValue(message: string): HttpError {
  return new HttpError(400, '80040203', message);
}

/** 404 for a record that is not there or not visible to the caller (80040217). */
export function noRecord(table: string, id: string): HttpError {
  return new HttpError(404, '80040217', `Entity '${table}' With Id = ${id} Does Not Exist`);
}
