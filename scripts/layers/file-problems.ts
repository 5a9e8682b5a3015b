import path from 'node:path';
import { blankComments } from './find-imports.ts';
import type { LayerProblem } from './layer-problems.ts';
import { longestFile } from './layer-table.ts';
import type { SourceFile } from './read-sources.ts';

interface LineRule {
  readonly pattern: RegExp;
  readonly applies: (file: string) => boolean;
  readonly text: string;
}

const lineRules: readonly LineRule[] = [
  {
    pattern: /^\s*export\s+default\b|^\s*export\s*\{[^}]*\bas\s+default\b/,
    applies: () => true,
    text: 'default export. Export the thing by its name.',
  },
  {
    pattern: /\bprocess\s*\.\s*env\b|\bimport\b[^;]*\benv\b[^;]*['"]node:process['"]/,
    applies: (file) => file.startsWith('src/') && !/^src\/app\/config[^/]*\.ts$/.test(file),
    text: 'reads process.env. Only src/app/config*.ts does; take the value as an argument.',
  },
];

/** The rules a file can break alone: length, default export, process.env, an index that only hands names on. */
export function fileProblems({ file, text }: SourceFile): LayerProblem[] {
  const code = blankComments(text);
  const lines = code.split('\n');
  const problems: LayerProblem[] = [];
  const length = text.endsWith('\n') ? lines.length - 1 : lines.length;
  if (length > longestFile) {
    problems.push({
      file,
      line: longestFile + 1,
      text: `${length} lines, more than ${longestFile}. Split it by idea.`,
    });
  }
  for (const [index, line] of lines.entries()) {
    for (const rule of lineRules) {
      if (rule.applies(file) && rule.pattern.test(line)) problems.push({ file, line: index + 1, text: rule.text });
    }
  }
  if (handsNamesOn(file, code)) {
    problems.push({ file, line: 1, text: 'an index that only hands names on. Remove it and import each file itself.' });
  }
  return problems;
}

/** Nothing is left of an `index` file, or of any file with `export * from`, once its re-exports are taken away. */
function handsNamesOn(file: string, code: string): boolean {
  const reExport = /export\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s+from\s+['"][^'"]+['"]\s*;?/g;
  if (!reExport.test(code)) return false;
  const isIndex = /^index\.tsx?$/.test(path.posix.basename(file));
  return (isIndex || /export\s+\*\s+from/.test(code)) && code.replace(reExport, '').trim() === '';
}
