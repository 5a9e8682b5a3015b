import { mkdirSync, writeFileSync } from 'node:fs';
import { type Profiler, Session } from 'node:inspector/promises';

/** Runs `work` under V8's CPU profiler and returns the profile. */
export async function takeProfile(work: () => Promise<void>): Promise<Profiler.Profile> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  let profile: Profiler.Profile;
  try {
    await work();
  } finally {
    // After an error as well, or the profiler would slow down what follows.
    ({ profile } = await session.post('Profiler.stop'));
    session.disconnect();
  }
  return profile;
}

/** Runs `work`; with BENCH_PROFILE set to a folder, writes a CPU profile `<name>.cpuprofile` of it there. */
export async function profiled<T>(name: string, work: () => Promise<T>): Promise<T> {
  const folder = process.env.BENCH_PROFILE;
  if (!folder) return work();
  const results: T[] = [];
  const profile = await takeProfile(async () => void results.push(await work()));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${name}.cpuprofile`, JSON.stringify(profile));
  return results[0] as T;
}
