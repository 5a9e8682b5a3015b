import { Pool } from 'undici';

/** What the load asks: paths in turn, so many requests, so many at a time. */
export interface LoadOrder {
  readonly origin: string;
  readonly token: string;
  readonly paths: readonly string[];
  readonly requests: number;
  readonly connections: number;
}

/** What came of it. */
export interface LoadReport {
  readonly wallMs: number;
  /** Milliseconds of each request, in the order they ended. */
  readonly latenciesMs: readonly number[];
  /** Answers other than 200. */
  readonly failures: number;
}

process.on('message', (order: LoadOrder) => {
  void carryOut(order).then((report) => process.send?.(report));
});

async function carryOut({ origin, token, paths, requests, connections }: LoadOrder): Promise<LoadReport> {
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const headers = { authorization: `Bearer ${token}` };
  const latenciesMs: number[] = [];
  let next = 0;
  let failures = 0;
  const worker = async (): Promise<void> => {
    while (next < requests) {
      const path = paths[next % paths.length] ?? '';
      next += 1;
      const startedOn = performance.now();
      const answer = await pool.request({ method: 'GET', path, headers });
      await answer.body.dump({ limit: 10_000_000 });
      latenciesMs.push(performance.now() - startedOn);
      if (answer.statusCode !== 200) failures += 1;
    }
  };
  const startedOn = performance.now();
  await Promise.all(Array.from({ length: connections }, worker));
  const wallMs = performance.now() - startedOn;
  await pool.close();
  return { wallMs, latenciesMs, failures };
}
