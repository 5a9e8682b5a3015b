import { fileProblems } from './file-problems.ts';
import { findImports, type ImportFound } from './find-imports.ts';
import { findLoops } from './find-loops.ts';
import { adminValues, allowedRooms, pipelineNames } from './layer-table.ts';
import type { SourceFile } from './read-sources.ts';

/** A rule of the house broken at a place. */
export interface LayerProblem {
  readonly file: string;
  readonly line: number;
  /** What is wrong and what to do. */
  readonly text: string;
}

/** Everything wrong between and in `sources`: imports against the layers, loops, and the rules of single files. */
export function layerProblems(sources: readonly SourceFile[]): LayerProblem[] {
  const imports = new Map(sources.map(({ file, text }) => [file, findImports(file, text)]));
  const problems: LayerProblem[] = [];
  for (const [file, found] of imports) {
    for (const one of found) {
      const text = importProblem(file, one);
      if (text !== undefined) problems.push({ file, line: one.line, text });
    }
  }
  problems.push(...findLoops(imports));
  for (const source of sources) problems.push(...fileProblems(source));
  return problems.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
}

function importProblem(file: string, { specifier, target, isTypeOnly }: ImportFound): string | undefined {
  if (target === undefined) return undefined;
  if (/\.js$/.test(target)) return `"${specifier}" names a compiled file. Import the .ts file.`;
  const [from, to] = [file.split('/'), target.split('/')];
  if (from[0] === 'src') return sourceProblem(from, to, specifier);
  if (from[0] === 'admin') return adminProblem(to, specifier, isTypeOnly);
  if (to[0] !== 'src') return undefined;
  return testbedProblem(from, to, specifier);
}

/** The page is another program: it speaks the Web API, and shares with the service only the tables' types and numbers. */
function adminProblem(to: readonly string[], specifier: string, isTypeOnly: boolean): string | undefined {
  if (to[0] === 'admin') return undefined;
  const isTable = to[0] === 'src' && to[1] === 'tables';
  if (isTable && (isTypeOnly || adminValues.some((name) => name === to[2]))) return undefined;
  return `admin imports "${specifier}". It may only speak the Web API; ask that instead. Of src/tables it may import types, and ${adminValues.join(' and ')}.`;
}

/** Simulators share no code with the service, or both could be wrong together; contract suites need the types they check. */
function testbedProblem(from: readonly string[], to: readonly string[], specifier: string): string | undefined {
  const room = to[1] ?? '';
  const isSuite = from[1] === 'contracts';
  if (isSuite && ['contracts', 'store', 'tables', 'base'].includes(room)) return undefined;
  const advice = isSuite
    ? 'A contract suite may import src/contracts, store, tables and base.'
    : 'Pass what it needs as an argument.';
  return `testbed/${from[1]} imports "${specifier}" of the service. ${advice}`;
}

function sourceProblem(from: readonly string[], to: readonly string[], specifier: string): string | undefined {
  const room = from[1] ?? '';
  const target = to[1] ?? '';
  if (to[0] !== 'src') {
    const demo = room === 'app' && from[2] === 'cli' && to[0] === 'testbed' && to[1] === 'demo';
    if (demo) return undefined;
    return `src/${room} imports "${specifier}" outside src. Only src/app/cli may import testbed/demo; move the code into src.`;
  }
  const allowed = allowedRooms[room];
  if (allowed === undefined) return `src/${room} is in no layer. Put the file into a room of docs/architecture.md.`;
  if (target !== room && !allowed.includes(target)) {
    const list = allowed.length === 0 ? 'nothing outside itself' : allowed.join(', ');
    return `src/${room} may not import src/${target} ("${specifier}"); it may import ${list}. Move the code down, or pass it as an argument from src/app.`;
  }
  return pipelineProblem(from, to, specifier);
}

function pipelineProblem(from: readonly string[], to: readonly string[], specifier: string): string | undefined {
  if (from[1] !== 'pipelines' || to[1] !== 'pipelines') return undefined;
  const [mine, other] = [from, to].map((parts) => pipelineNames.find((name) => name === parts[2]));
  if (other === undefined || mine === other) return undefined;
  return `src/pipelines/${from[2]} imports "${specifier}" of the ${other} pipeline. Pipelines do not know each other; move the shared part to src/pipelines.`;
}
