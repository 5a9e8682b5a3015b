import { systemClock } from '../../../src/base/clock.ts';
import { silentLog } from '../../../src/base/log.ts';
import { startEmbeddedPostgres } from '../../../src/store/embedded-postgres/embedded-postgres.ts';

// A process of its own that runs a server, for tests that kill it: `serve.ts <dataDir> [<packageFolder>]`.
// Prints one JSON line when the server is up (or failed) and stops it in order when its standard input ends.
const [dataDir = '', packageFolder] = process.argv.slice(2);
try {
  const server = await startEmbeddedPostgres({
    dataDir,
    clock: systemClock,
    log: silentLog,
    settings: { fsync: 'off' },
    packageFolder,
  });
  console.log(JSON.stringify({ pid: server.pid, url: server.url, adopted: server.adopted }));
  for await (const _ of process.stdin);
  await server.stop();
} catch (error) {
  console.log(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
}
