import { runExchange } from './exchange/main.ts';

// `npm run testbed -- exchange ...`: starts one of the simulated servers alone.
const [name, ...words] = process.argv.slice(2);
const servers: Readonly<Record<string, (words: readonly string[]) => Promise<void>>> = { exchange: runExchange };
const run = servers[name ?? ''];
if (run === undefined) {
  console.error(`Name a server: ${Object.keys(servers).join(', ')}`);
  process.exit(2);
}
try {
  await run(words);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
