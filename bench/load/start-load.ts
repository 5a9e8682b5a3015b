import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LoadOrder, LoadReport } from './http-load.ts';

/** A process of its own that sends requests, so that its processor time is not the service's. */
export interface Load {
  run(order: LoadOrder): Promise<LoadReport>;
  stop(): void;
}

/** Starts it; `run` one order after the other. */
export function startLoad(): Load {
  const child = fork(fileURLToPath(new URL('./http-load.ts', import.meta.url)), { serialization: 'advanced' });
  return {
    run: (order) =>
      new Promise((resolve, reject) => {
        const fail = (): void => reject(new Error('The load generator ended before it answered.'));
        child.once('exit', fail);
        child.once('message', (report: LoadReport) => {
          child.off('exit', fail);
          resolve(report);
        });
        child.send(order);
      }),
    stop: () => child.kill(),
  };
}
