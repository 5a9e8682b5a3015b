import type { FastifyInstance } from 'fastify';

/** One thing that readiness depends on. */
export interface ProbeResult {
  readonly name: string;
  readonly ok: boolean;
  /** What is wrong, for the operator. */
  readonly detail?: string;
}

/** What `/readyz` asks: the database, the leases, whatever the application needs to do its work. */
export interface Probes {
  ready(): Promise<readonly ProbeResult[]>;
}

/** Serves `/healthz` (the process answers) and `/readyz` (503 and the reasons while something is missing). */
export function registerProbes(server: FastifyInstance, probes: Probes): void {
  server.get('/healthz', async (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }));
  server.get('/readyz', async (_request, reply) => {
    const checks = await probes
      .ready()
      .catch((error: unknown) => [
        { name: 'probes', ok: false, detail: error instanceof Error ? error.message : String(error) },
      ]);
    const ready = checks.every((check) => check.ok);
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: ready ? 'ready' : 'not ready', checks });
  });
}
