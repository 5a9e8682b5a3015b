import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { layerProblems } from './layers/layer-problems.ts';
import { readSources } from './layers/read-sources.ts';

// `npm run lint`: the rules between the rooms of docs/architecture.md. Prints `file:line: what is wrong. What to do.`
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const sources = readSources(root, ['src', 'testbed', 'admin']);
const problems = layerProblems(sources);
for (const { file, line, text } of problems) console.error(`${file}:${line}: ${text}`);
console.log(`layers: ${sources.length} files, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
