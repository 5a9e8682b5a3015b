import type { ImportFound } from './find-imports.ts';
import type { LayerProblem } from './layer-problems.ts';

/** One problem for each import that closes a loop of modules, found by a walk in depth. */
export function findLoops(imports: ReadonlyMap<string, readonly ImportFound[]>): LayerProblem[] {
  const problems: LayerProblem[] = [];
  const done = new Set<string>();
  const trail: string[] = [];

  function walk(file: string): void {
    trail.push(file);
    for (const { target, line } of imports.get(file) ?? []) {
      if (target === undefined || !imports.has(target) || done.has(target)) continue;
      const from = trail.indexOf(target);
      if (from < 0) walk(target);
      else problems.push({ file, line, text: loopText([...trail.slice(from), target]) });
    }
    trail.pop();
    done.add(file);
  }

  for (const file of imports.keys()) if (!done.has(file)) walk(file);
  return problems;
}

function loopText(files: readonly string[]): string {
  return `imports go round in a loop: ${files.join(' > ')}. Move what both need into a file of its own.`;
}
