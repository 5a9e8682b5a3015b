import path from 'node:path';

/** One module named by another: by `import`, `export … from`, `import()` or an `import type`. */
export interface ImportFound {
  readonly line: number;
  /** As written. */
  readonly specifier: string;
  /** Path in the repository when relative, else undefined (a package or `node:`). */
  readonly target: string | undefined;
  /** `import type`: nothing of the module is there when the program runs. */
  readonly isTypeOnly: boolean;
}

/**
 * The imports of `text`, the module at `file`; type-only ones as well. Comments and the insides of strings that span code are
 * blanked first, so that an example in a docstring is no import.
 */
export function findImports(file: string, text: string): ImportFound[] {
  const code = blankComments(text);
  const pattern = /(?:\bfrom\s*|\bimport\s*\(\s*|^\s*import\s*)(['"])([^'"\n]+)\1/gm;
  return [...code.matchAll(pattern)].map((match) => {
    const specifier = match[2] ?? '';
    const at = (match.index ?? 0) + match[0].length;
    const target = specifier.startsWith('.') ? path.posix.join(path.posix.dirname(file), specifier) : undefined;
    const statement = code
      .slice(0, match.index)
      .match(/\b(?:import|export)\b(?![\s\S]*\b(?:import|export)\b)[\s\S]*$/)?.[0];
    return {
      line: code.slice(0, at).split('\n').length,
      specifier,
      target,
      isTypeOnly: /^\w+\s+type\b/.test(statement ?? ''),
    };
  });
}

/** The text with comments replaced by blanks of the same length and lines; strings and templates stay. */
export function blankComments(text: string): string {
  const tokens = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`/g;
  return text.replace(tokens, (token) => (token.startsWith('/') ? token.replace(/[^\n]/g, ' ') : token));
}
