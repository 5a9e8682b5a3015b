import cliProgress from 'cli-progress';

/** Progress of something long, on standard error where a person watches; silent in a pipe. */
export interface Progress {
  /** Sets how much is done, and a word about it. */
  update(done: number, note: string): void;
  end(): void;
}

/** A bar up to `total`; `unit` names what is counted. */
export function startProgress(title: string, total: number, unit: string): Progress {
  if (!process.stderr.isTTY) return { update: () => undefined, end: () => undefined };
  const bar = new cliProgress.SingleBar({
    format: `${title} [{bar}] {value}/{total} ${unit} {note}`,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
  });
  bar.start(total, 0, { note: '' });
  return { update: (done, note) => bar.update(Math.min(done, total), { note }), end: () => bar.stop() };
}
