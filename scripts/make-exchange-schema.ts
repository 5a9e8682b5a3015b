import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { addSince } from './exchange-schema/add-since.ts';
import { flattenSchema } from './exchange-schema/flatten-schema.ts';
import { operationNames } from './exchange-schema/operation-names.ts';

// `npx tsx scripts/make-exchange-schema.ts FOLDER`: writes testbed/exchange/schema/ews-schema.json, the order and the words of
// the EWS messages the simulator reads and writes, from the schema files messages.xsd and types.xsd in FOLDER (the newest) and
// FOLDER/2013_SP1, FOLDER/2010_SP2, FOLDER/2007_SP1 (what an older server knows).
const folder = process.argv[2];
if (folder === undefined) throw new Error('Name the folder of the EWS schema files: make-exchange-schema.ts FOLDER');
const read = (...names: string[]) => ({
  t: readFileSync(path.join(folder, ...names, 'types.xsd'), 'utf8'),
  m: readFileSync(path.join(folder, ...names, 'messages.xsd'), 'utf8'),
});
const newest = flattenSchema(read(), operationNames);
const older = ['2007_SP1', '2010_SP2', '2013_SP1'].map((name) => flattenSchema(read(name), operationNames));
const target = fileURLToPath(new URL('../testbed/exchange/schema/ews-schema.json', import.meta.url));
writeFileSync(target, `${JSON.stringify(addSince(newest, older), undefined, 2)}\n`);
console.log(`${target}: ${Object.keys(newest.types).length} types`);
