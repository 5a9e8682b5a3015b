import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { writePagingToken } from '../src/store/paging-token.ts';
import { writeSkipToken } from '../src/webapi/skip-token.ts';
import { type BenchEngine, startBenchEngine } from './engine/bench-engine.ts';
import { fillEmails } from './engine/fill-emails.ts';
import { makeReaders, type Readers } from './engine/make-readers.ts';
import { startLoad } from './load/start-load.ts';
import type { BenchOptions } from './measure/bench-options.ts';
import { profiled } from './measure/cpu-profile.ts';
import type { BenchResult } from './measure/print-result.ts';
import { round, type Sample, sampleHere } from './measure/sample.ts';

const storedEmails = 1_000_000;
const pages = 2000;
const records = 20_000;

/** B11: pages of 50 emails, filtered and ordered, out of 1,000,000; single records as fast as one process gives them. The requests come from another process. */
export async function webApi(options: BenchOptions): Promise<BenchResult> {
  const bench = await startBenchEngine(['web'], options.folder);
  const load = startLoad();
  try {
    const { database } = bench.engine;
    const { stored, token, contactids, readers } = await keptScene(options.folder, () =>
      makeScene(bench, Math.min(storedEmails, options.maxItems)),
    );
    const ids = await database.sql<{ id: string }>('select activityid::text as id from email limit 5000');
    const order = { origin: bench.url, token };
    const deep = await database.sql<{ createdon: string; id: string }>(
      'select createdon::text, activityid::text as id from email where random() < 0.001 limit 200',
    );
    const owners = readers.owners.map((owner) => owner.id);
    const pagePaths = { ...pageQueries(owners, contactids), 'far behind, by its link': deep.map(deepPage) };
    const asked = [
      ...Object.entries(pagePaths).map(([name, paths]) => ({ name, paths, token })),
      ...Object.entries(readers.tokens).flatMap(([who, token]) =>
        Object.entries(pageQueries(owners, contactids)).map(([name, paths]) => ({
          name: `${who}: ${name}`,
          paths,
          token,
        })),
      ),
    ];
    const recordPaths = ids.map(
      ({ id }) => `/api/data/v9.2/emails(${id})?$select=subject,sender,statuscode,createdon,_ownerid_value`,
    );
    const wholePaths = ids.map(({ id }) => `/api/data/v9.2/emails(${id})`);
    const facts: Record<string, string | number> = { ...bench.databaseFacts, storedEmails: stored };
    const samples: Sample[] = [];
    for (let run = 1; run <= options.runs; run += 1) {
      // One page at a time tells what a page takes; several at a time would tell how long it waits.
      for (const { name, paths, token } of asked) {
        await load.run({ ...order, token, paths, requests: 20, connections: 1 });
        const { latenciesMs, failures } = await load.run({
          ...order,
          token,
          paths,
          requests: pages / 10,
          connections: 1,
        });
        if (failures > 0) throw new Error(`${failures} pages of "${name}" were refused.`);
        const sorted = [...latenciesMs].sort((a, b) => a - b);
        const at = (share: number) => round(sorted[Math.floor(sorted.length * share)] ?? Number.NaN, 1);
        facts[`page ${name}, run ${run}: p50/p99 ms`] = `${at(0.5)}/${at(0.99)}`;
        process.stderr.write(`run ${run}: page ${name}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms\n`);
      }
      for (const [name, paths] of [
        ['selected', recordPaths],
        ['whole', wholePaths],
      ] as const) {
        await load.run({ ...order, paths, requests: 2000, connections: 16 });
        const sample = await profiled(`b11-${name}-run${run}`, () =>
          sampleHere(records, bench.databasePid, async () => {
            const { failures } = await load.run({ ...order, paths, requests: records, connections: 16 });
            if (failures > 0) throw new Error(`${failures} records were refused.`);
          }),
        );
        if (name === 'selected') samples.push(sample);
        else
          facts[`whole record, run ${run}: /s, CPU ms`] =
            `${Math.round((records / sample.wallMs) * 1000)}, ${round(sample.cpuMs / records, 3)}`;
        process.stderr.write(
          `run ${run}: ${name} record: ${Math.round((records / sample.wallMs) * 1000)}/s, CPU ${round(sample.cpuMs / records, 3)} ms, database CPU ${round((sample.databaseCpuMs ?? 0) / records, 3)} ms\n`,
        );
      }
    }
    return {
      id: 'B11',
      claim: 'Web API: pages of 50 emails filtered and ordered; single records by one process',
      corpus: `${stored} emails stored`,
      sides: [{ name: 'single record, five columns', samples }],
      facts,
    };
  } finally {
    load.stop();
    await bench.stop();
  }
}

/** Who and what the questions are about. */
interface Scene {
  readonly stored: number;
  /** The administrator's. */
  readonly token: string;
  readonly contactids: readonly string[];
  readonly readers: Readers;
}

async function makeScene({ engine, token }: BenchEngine, stored: number): Promise<Scene> {
  const { database } = engine;
  const contactids = Array.from({ length: 2000 }, () => randomUUID());
  await database.records.createMany(
    'contact',
    contactids.map((contactid, index) => ({ contactid, lastname: `Contact ${index}` })),
  );
  const readers = await makeReaders(engine);
  await fillEmails(database, stored, readers.owners, contactids, true);
  return { stored, token, contactids, readers };
}

/** The scene that a run before left in the folder, or a new one. */
async function keptScene(folder: string | undefined, make: () => Promise<Scene>): Promise<Scene> {
  if (folder === undefined) return make();
  const file = path.join(folder, 'scene.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Scene;
  const scene = await make();
  writeFileSync(file, JSON.stringify(scene));
  return scene;
}

/** Questions that people and programs ask of a mailbox full of mail, and pages far behind the first one. */
function pageQueries(
  owners: readonly string[],
  contactids: readonly string[],
): Readonly<Record<string, readonly string[]>> {
  const page = (filter: string, orderBy: string): string =>
    `/api/data/v9.2/emails?$select=subject,sender,statuscode,createdon,_ownerid_value&$top=50&$orderby=${encodeURIComponent(orderBy)}&$filter=${encodeURIComponent(filter)}`;
  const days = Array.from({ length: 20 }, (_, index) => `2024-0${1 + (index % 9)}-1${index % 10}`);
  return {
    'by status, newest first': [page('statuscode eq 4', 'createdon desc')],
    'failed, newest first': [page('statuscode eq 8', 'createdon desc')],
    "one owner's, newest first": owners.map((owner) => page(`_ownerid_value eq ${owner}`, 'createdon desc')),
    'of a day, by time': days.map((day) =>
      page(`createdon ge ${day}T00:00:00Z and createdon lt ${day}T23:59:59Z`, 'createdon'),
    ),
    'about a contact, newest first': contactids
      .slice(0, 200)
      .map((id) => page(`_regardingobjectid_value eq ${id}`, 'createdon desc')),
    'received before a day': days.map((day) =>
      page(`directioncode eq false and createdon lt ${day}T00:00:00Z`, 'createdon desc'),
    ),
    'words, newest first': ['pallets', 'lamps', 'order 4711'].map(
      (text) => `${page('statecode eq 1', 'createdon desc')}&$search=${encodeURIComponent(text)}`,
    ),
  };
}

/** The page after a row in the middle of all, as an `@odata.nextLink` leads to it. */
function deepPage({ createdon, id }: { readonly createdon: string; readonly id: string }): string {
  const token = writeSkipToken({ after: writePagingToken([createdon, id]), size: 50, page: 2 });
  return `/api/data/v9.2/emails?$select=subject,createdon&$orderby=createdon%20desc&$skiptoken=${token}`;
}
