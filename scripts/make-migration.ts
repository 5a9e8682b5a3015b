import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { schemaStatements } from '../src/store/schema-sql.ts';

// Writes migrations/0001-initial.sql out of the table metadata. Only until the first release; later schema changes are new files.
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const file = path.join(root, 'migrations', '0001-initial.sql');
mkdirSync(path.dirname(file), { recursive: true });
writeFileSync(
  file,
  schemaStatements()
    .map((statement) => `${statement};\n`)
    .join('\n'),
);
console.log(`wrote ${path.relative(root, file)}`);
