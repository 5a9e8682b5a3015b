import { MailroomError } from '../../base/errors.ts';

const elsewhere = 'or set MAILROOM_DATABASE_URL to a PostgreSQL server (15 or newer) of your own';

/** The database folder, or something in it, cannot be used (`mr_DatabaseFolderUnusable`). */
export function folderFailed(path: string, what: string, cause: unknown): MailroomError {
  return new MailroomError(
    `The database folder ${path} ${what}: ${reasonOf(cause)}. Make room, give it to the user that runs Mailroom, choose another data folder, ${elsewhere}.`,
    { code: 'mr_DatabaseFolderUnusable', kind: 'configuration', cause },
  );
}

/** A Mailroom or its server that lives in another container works in the folder (`mr_DatabaseFolderInUse`). */
export function usedElsewhere(folder: string, pid: number): MailroomError {
  return new MailroomError(
    `The database folder ${folder} is in use in another container: process ${pid} there answers. Two servers on one folder would destroy the database, so this one does not start. Stop the other first, or give this one a data folder of its own; further workers share a database ${elsewhere.replace('or set', 'by')}.`,
    { code: 'mr_DatabaseFolderInUse', kind: 'configuration' },
  );
}

/** The server or initdb ended before it was ready (`mr_DatabaseStartFailed`); `logLines` are its last words. */
export function startFailed(what: string, logFile: string, logLines: string): MailroomError {
  const words = logLines === '' ? 'It wrote nothing to its log.' : `Its last words:\n${logLines}`;
  return new MailroomError(
    `The embedded PostgreSQL server did not start: ${what}. ${words}\nThe whole log is ${logFile}. Remove the cause and start again, ${elsewhere}.`,
    { code: 'mr_DatabaseStartFailed', kind: 'transient', serverReply: logLines },
  );
}

/** The start was given up because the caller's signal aborted (`mr_DatabaseStartCancelled`). */
export function startCancelled(): MailroomError {
  return new MailroomError('The start of the embedded PostgreSQL server was cancelled. Start again when wanted.', {
    code: 'mr_DatabaseStartCancelled',
    kind: 'transient',
  });
}

/** Anything of the set-up that the operator must change first (`mr_DatabaseSetUp`). */
export function setUpWrong(problem: string, remedy: string, cause?: unknown): MailroomError {
  return new MailroomError(`${problem} ${remedy}, ${elsewhere}.`, {
    code: 'mr_DatabaseSetUp',
    kind: 'configuration',
    cause,
  });
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
