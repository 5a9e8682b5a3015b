import { type Logger, pino } from 'pino';

/** The product's log: structured lines; fields named like secrets are masked (SE-05). */
export type Log = Logger;

const secretPaths = ['password', 'token', 'secret', 'authorization', 'accessToken', 'refreshToken', 'clientSecret'];

/** A log writing JSON lines to standard error at `level` (`trace` to `fatal`, `silent`). */
export function createLog(level: string, destination: NodeJS.WritableStream = process.stderr): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secretPaths.flatMap((name) => [name, `*.${name}`]), censor: '***' },
    },
    destination,
  );
}

/** A log that writes nothing. */
export const silentLog: Log = pino({ level: 'silent' });
