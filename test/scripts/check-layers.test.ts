import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layerProblems } from '../../scripts/layers/layer-problems.ts';

/** Problems of a repository of these files, as `file:line text`. */
function problemsOf(files: Readonly<Record<string, string>>): string[] {
  const sources = Object.entries(files).map(([file, text]) => ({ file, text }));
  return layerProblems(sources).map(({ file, line, text }) => `${file}:${line} ${text}`);
}

const cases: readonly { name: string; file: string; text: string; problem?: RegExp }[] = [
  {
    name: 'a pipeline may use a contract',
    file: 'src/pipelines/incoming/retrieve.ts',
    text: "import type { A } from '../../contracts/a.ts';",
  },
  {
    name: 'a pipeline never sees a protocol, not even its types',
    file: 'src/pipelines/incoming/retrieve.ts',
    text: "// first\nimport type { A } from '../../connectors/pop3/a.ts';",
    problem: /retrieve\.ts:2 src\/pipelines may not import src\/connectors .*Move the code down/,
  },
  {
    name: 'the page may use types of the tables',
    file: 'admin/api/a.ts',
    text: "import { b } from './b.ts';\nimport type { catalog } from '../../src/tables/catalog.ts';",
  },
  {
    name: 'the page may use the numbers of choices',
    file: 'admin/views/a/a.tsx',
    text: "import { Approval } from '../../../src/tables/choices.ts';",
  },
  {
    name: 'the page carries no tables',
    file: 'admin/api/a.ts',
    text: "import type { A } from './b.ts';\nimport { catalog } from '../../src/tables/catalog.ts';",
    problem: /a\.ts:2 admin imports .*speak the Web API/,
  },
  {
    name: 'the page knows nothing else of the service, not even types',
    file: 'admin/api/a.ts',
    text: "import type { A } from '../../src/webapi/server.ts';",
    problem: /admin imports .*speak the Web API/,
  },
  {
    name: 'an import over several lines is seen at its end',
    file: 'src/connectors/pop3/a.ts',
    text: "import {\n  a,\n  b,\n} from '../../store/record-store.ts';",
    problem: /a\.ts:4 src\/connectors may not import src\/store/,
  },
  {
    name: 'import() and export from count',
    file: 'src/webapi/a.ts',
    text: "const a = await import('../pipelines/turn.ts');",
    problem: /may not import src\/pipelines/,
  },
  {
    name: 'an import in a type counts',
    file: 'src/store/a.ts',
    text: "type A = import('../rules/a.ts').A;",
    problem: /may not import src\/rules/,
  },
  {
    name: 'a side-effect import counts',
    file: 'src/base/a.ts',
    text: "import '../store/a.ts';",
    problem: /may import nothing outside itself/,
  },
  {
    name: 'pipelines do not know each other',
    file: 'src/pipelines/incoming/a.ts',
    text: "import { b } from '../outgoing/b.ts';",
    problem: /of the outgoing pipeline/,
  },
  {
    name: 'pipelines share the files beside them',
    file: 'src/pipelines/incoming/a.ts',
    text: "import { b } from '../parties.ts';",
  },
  {
    name: 'what pipelines share knows none of them',
    file: 'src/pipelines/turn.ts',
    text: "import { b } from './outgoing/b.ts';",
    problem: /of the outgoing pipeline/,
  },
  {
    name: 'nobody imports app',
    file: 'src/store/a.ts',
    text: "import { a } from '../app/config.ts';",
    problem: /src\/app/,
  },
  {
    name: 'the demo command may import its servers',
    file: 'src/app/cli/demo.ts',
    text: "import { a } from '../../../testbed/demo/a.ts';",
  },
  {
    name: 'nothing else of src imports the testbed',
    file: 'src/app/engine.ts',
    text: "import { a } from '../../testbed/demo/a.ts';",
    problem: /outside src/,
  },
  {
    name: 'a simulator imports nothing from src',
    file: 'testbed/exchange/a.ts',
    text: "import { a } from '../../src/base/clock.ts';",
    problem: /testbed\/exchange imports/,
  },
  {
    name: 'a contract suite imports contracts',
    file: 'testbed/contracts/a.ts',
    text: "import type { A } from '../../src/contracts/a.ts';",
  },
  {
    name: 'an example in a comment is no import',
    file: 'src/base/a.ts',
    text: "/** import { a } from '../store/a.ts'; */\nexport const a = 1;",
  },
  { name: 'an unknown room', file: 'src/misc/a.ts', text: "import { a } from '../base/a.ts';", problem: /in no layer/ },
  {
    name: 'a default export',
    file: 'src/base/a.ts',
    text: 'const a = 1;\nexport default a;',
    problem: /a\.ts:2 default export/,
  },
  {
    name: 'process.env outside config',
    file: 'src/base/a.ts',
    text: 'export const a = process.env.A;',
    problem: /reads process\.env/,
  },
  { name: 'process.env in config', file: 'src/app/config-schema.ts', text: 'export const a = process.env;' },
  {
    name: 'process.env in a comment',
    file: 'src/base/a.ts',
    text: '// process.env is not read here\nexport const a = 1;',
  },
  {
    name: 'an index of re-exports',
    file: 'src/base/index.ts',
    text: "export { a } from './a.ts';\nexport * from './b.ts';\n",
    problem: /hands names on/,
  },
  { name: '400 lines are allowed', file: 'src/base/a.ts', text: 'const a = 1;\n'.repeat(400) },
  {
    name: '401 lines are not',
    file: 'src/base/a.ts',
    text: 'const a = 1;\n'.repeat(401),
    problem: /a\.ts:401 401 lines/,
  },
  {
    name: 'a compiled name',
    file: 'src/base/a.ts',
    text: "import { b } from './b.js';",
    problem: /Import the \.ts file/,
  },
];

for (const { name, file, text, problem } of cases) {
  test(`layers: ${name}`, () => {
    const found = problemsOf({ [file]: text });
    if (problem === undefined) assert.deepEqual(found, []);
    else {
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0] ?? '', problem);
    }
  });
}

test('layers: a loop is reported once, with its way, type-only imports included', () => {
  const found = problemsOf({
    'src/base/a.ts': "import { b } from './b.ts';",
    'src/base/b.ts': "import type { C } from './c.ts';",
    'src/base/c.ts': "import type { A } from './a.ts';\nimport { d } from './d.ts';",
    'src/base/d.ts': 'export const d = 1;',
  });
  assert.equal(found.length, 1);
  assert.match(
    found[0] ?? '',
    /c\.ts:1 imports go round in a loop: src\/base\/a\.ts > src\/base\/b\.ts > src\/base\/c\.ts > src\/base\/a\.ts/,
  );
});
