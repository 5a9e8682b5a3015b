// Reporter of `npm test`: one line a file, failures in full at the end, skipped tests with their reason, and the counts
// as one JSON line on the file named by MAILROOM_TEST_SUMMARY.
import { readFileSync, writeFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import path from 'node:path';
import { inspect } from 'node:util';

const root = process.cwd();
const showsOutput = process.env.MAILROOM_TEST_OUTPUT === '1';

/** How much of a file's output is kept for the case that its process fails, characters. */
const outputKept = 8_000;

/** Yields the readable lines for a stream of test events (node:test, "Custom reporters"). */
async function* report(source) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const failures = [];
  const skips = new Map();
  const files = new Map();
  const outputs = new Map();
  const keep = (file, text) => outputs.set(file, ((outputs.get(file) ?? '') + text).slice(-outputKept));
  for await (const { type, data } of source) {
    if (type === 'test:stderr' || type === 'test:stdout') {
      if (showsOutput) yield data.message;
      keep(data.file, data.message);
      continue;
    }
    // What a test tells of itself; the runner's own sums have no file.
    if (type === 'test:diagnostic' && data.file && showsOutput) yield `${data.message}\n`;
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const file = sourceOf(data.file ?? data.name);
    const tally = files.get(file) ?? { passed: 0, failed: 0, skipped: 0, ms: 0 };
    files.set(file, tally);
    if (data.nesting === 0) tally.ms += data.details?.duration_ms ?? 0;
    if (data.details?.type === 'suite' && (type === 'test:pass' || failedInside(data))) continue;
    const outcome = outcomeOf(type, data);
    if (outcome === 'parent') continue;
    counts[outcome] += 1;
    tally[outcome] += 1;
    if (outcome === 'failed') {
      failures.push({ file, data, output: isFile(data) ? outputs.get(data.name) : undefined });
      yield `not ok  ${file}: ${data.name}\n`;
    }
    if (outcome === 'skipped') {
      const reason = typeof data.skip === 'string' && data.skip !== '' ? data.skip : 'no reason given';
      skips.set(reason, (skips.get(reason) ?? new Set()).add(file));
    }
  }
  for (const [file, tally] of [...files].sort(([a], [b]) => a.localeCompare(b))) yield fileLine(file, tally);
  for (const failure of failures) yield failureText(failure);
  for (const [reason, where] of skips) yield `\nskipped in ${[...where].join(', ')}:\n  ${reason}\n`;
  if (process.env.MAILROOM_TEST_SUMMARY) writeFileSync(process.env.MAILROOM_TEST_SUMMARY, JSON.stringify(counts));
}

/** A parent fails because a child did: the child is counted, not the parent. */
function failedInside(data) {
  return data.details?.error?.failureType === 'subtestsFailed';
}

/** The test file that a compiled one was made of (`bundle-tests.mjs`), relative to the repository. */
function sourceOf(compiled) {
  return path.relative(root, compiled).replace(/^dist-test[\\/]\d+[\\/](.*)\.js$/, '$1.ts');
}

/** The line of the source where the test stands, as `:12`; nothing for a file. */
function lineOf({ file, line, column }) {
  if (!line) return '';
  if (!file.endsWith('.js')) return `:${line}`;
  const map = new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')));
  return `:${map.findEntry(line - 1, column - 1).originalLine + 1}`;
}

/** A file fails by itself when its process ends badly: what it printed is all there is to tell why. */
function isFile(data) {
  return data.nesting === 0 && path.isAbsolute(data.name);
}

function outcomeOf(type, data) {
  if (data.skip !== undefined && data.skip !== false) return 'skipped';
  if (type === 'test:pass') return 'passed';
  return failedInside(data) ? 'parent' : 'failed';
}

function fileLine(file, { passed, failed, skipped, ms }) {
  const rest = `${failed > 0 ? `, ${failed} failed` : ''}${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  return `${failed > 0 ? 'FAILED' : 'ok    '}  ${file}  ${passed} passed${rest}  (${(ms / 1000).toFixed(1)} s)\n`;
}

function failureText({ file, data, output }) {
  const error = data.details?.error;
  const cause = error?.cause ?? error;
  const text = typeof cause === 'string' ? cause : (cause?.stack ?? inspect(cause));
  const ended = isFile(data)
    ? ` (exit code ${error?.exitCode}, signal ${error?.signal}) printed:\n${output ?? 'nothing'}`
    : '';
  return `\nFAILED ${file}${lineOf(data)}\n  ${data.name}\n  ${(text + ended).replaceAll('\n', '\n  ')}\n`;
}

// biome-ignore lint/style/noDefaultExport: node:test takes a reporter as a default export only.
export default report;
