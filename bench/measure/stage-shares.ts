import type { Profiler } from 'node:inspector';

/** A stage of the incoming pipeline, and the code that belongs to it. */
type Stage = readonly [name: string, code: RegExp];

/** The first match wins; a sample belongs to the innermost function that any stage knows. */
const stages: readonly Stage[] = [
  ['(not the engine)', /\/bench\/|node:inspector/],
  ['retrieve', /\/src\/connectors\/|\/imapflow\//],
  ['make bodies safe', /\/sanitize-html\/|\/src\/formats\/(sanitize-html|safe-style|html-nesting)/],
  ['read messages (MIME)', /\/src\/formats\/|\/incoming\/(read-source|incoming-mail)|\/iconv-lite\//],
  ['store (rows, SQL, client)', /\/src\/store\/|\/node_modules\/pg/],
  ['promote (emails, parties, files)', /\/incoming\/(promote|email-rows|keep-|kept-|link-columns|link-late)/],
  ['record decisions', /\/incoming\/(record-group|decision-of)|\/pipelines\/decisions/],
  ['evaluate, correlate, resolve', /\/src\/pipelines\//],
  ['schedule, report', /\/src\/(scheduler|app|base)\//],
];

const collector = 'garbage collection';
const rest = 'sockets and runtime';

/** Share of each stage in the busy time of a CPU profile, in percent, largest first. Pure. */
export function stageShares(profile: Profiler.Profile): readonly (readonly [string, number])[] {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map<number, number>();
  for (const node of profile.nodes) for (const child of node.children ?? []) parents.set(child, node.id);
  const stageOf = (id: number): string => {
    const leaf = nodes.get(id)?.callFrame.functionName ?? '';
    if (leaf === '(garbage collector)') return collector;
    if (leaf === '(idle)') return '(not the engine)';
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const url = nodes.get(at)?.callFrame.url ?? '';
      const stage = stages.find(([, code]) => code.test(url));
      if (stage !== undefined) return stage[0];
    }
    return rest;
  };
  const micros = new Map<string, number>();
  profile.samples?.forEach((id, index) => {
    const stage = stageOf(id);
    micros.set(stage, (micros.get(stage) ?? 0) + (profile.timeDeltas?.[index] ?? 0));
  });
  micros.delete('(not the engine)');
  const total = [...micros.values()].reduce((sum, value) => sum + value, 0);
  return [...micros]
    .map(([name, value]): [string, number] => [name, Math.round((value / total) * 1000) / 10])
    .sort((one, other) => other[1] - one[1]);
}
