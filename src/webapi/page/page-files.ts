import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A file of the page as it is served. */
export interface PageFile {
  readonly type: string;
  readonly etag: string;
  /** Its name carries a digest of its content, so it never changes. */
  readonly isImmutable: boolean;
  readonly plain: Buffer;
  readonly br: Buffer | undefined;
  readonly gzip: Buffer | undefined;
}

/** The built page: its document, with a placeholder for the nonce, and its files by path. */
export interface PageFiles {
  readonly document: string;
  readonly files: ReadonlyMap<string, PageFile>;
}

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Reads a page built into `folder`; undefined when there is none. The files are few and small, so they stay in memory, and no path of a request ever reaches the disk. */
export function readPageFiles(folder: string): PageFiles | undefined {
  const document = path.join(folder, 'index.html');
  if (!existsSync(document)) return undefined;
  const files = new Map<string, PageFile>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const type = types[path.extname(name)];
    if (type !== undefined) files.set(`/${name.replaceAll(path.sep, '/')}`, readOne(path.join(folder, name), type));
  }
  return { document: readFileSync(document, 'utf8'), files };
}

function readOne(file: string, type: string): PageFile {
  const plain = readFileSync(file);
  const compressed = (ending: string): Buffer | undefined =>
    existsSync(`${file}.${ending}`) ? readFileSync(`${file}.${ending}`) : undefined;
  return {
    type,
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    isImmutable: /[/\\]assets[/\\]/.test(file),
    plain,
    br: compressed('br'),
    gzip: compressed('gz'),
  };
}
