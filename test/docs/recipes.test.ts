import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { openRuledApi, type RuledApi } from '../support/ruled-api.ts';
import { idOf } from '../support/web-api.ts';

interface Recipe {
  readonly title: string;
  readonly status: number;
  /** Name of a value, and where the answer has it: `id`, or a path into the body. */
  readonly captures: readonly (readonly [string, string])[];
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const block = /<!-- run: (\d+)((?: \S+=\S+)*) -->\n```http\n([\s\S]*?)\n```/g;

function readRecipes(text: string): readonly Recipe[] {
  return [...text.matchAll(block)].map(([, status, captures, request = '']) => {
    const [head = '', ...rest] = request.split('\n\n');
    const [line = '', ...fields] = head.split('\n');
    const [method = '', path = ''] = [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)];
    return {
      title: line.slice(0, 90),
      status: Number(status),
      captures: (captures ?? '')
        .trim()
        .split(' ')
        .filter((one) => one !== '')
        .map((one): [string, string] => {
          const [left = '', right = ''] = one.split('=');
          return left === 'id' ? [right, 'id'] : [left, right];
        }),
      method,
      path,
      headers: Object.fromEntries(fields.map((field) => [field.split(': ')[0] ?? '', field.split(': ')[1] ?? ''])),
      body: rest.join('\n\n'),
    };
  });
}

describe('docs/recipes.md: every request works as it stands', () => {
  let api: RuledApi;
  const values = new Map<string, string>();
  before(async () => {
    api = await openRuledApi();
  });
  after(() => api.close());

  const recipes = readRecipes(readFileSync(new URL('../../docs/recipes.md', import.meta.url), 'utf8'));
  assert.ok(recipes.length > 0, 'the document has requests to run');
  for (const recipe of recipes) {
    test(recipe.title, async () => {
      const filled = (text: string) =>
        text.replace(/\{\{(\w+)\}\}/g, (_whole, name: string) => {
          const value = values.get(name);
          assert.ok(value !== undefined, `no earlier answer gave {{${name}}}`);
          return value;
        });
      const body = recipe.body === '' ? undefined : filled(recipe.body);
      const path = encodeURI(filled(recipe.path)).replaceAll('%25', '%');
      const answer = await api.send(recipe.method, path, body, recipe.headers);
      assert.equal(answer.status, recipe.status, answer.text);
      for (const [name, where] of recipe.captures) {
        // biome-ignore lint/suspicious/noExplicitAny: answers have every shape
        const found = where === 'id' ? idOf(answer) : where.split('.').reduce((at: any, key) => at?.[key], answer.json);
        assert.ok(found !== undefined, `the answer has no ${where}`);
        values.set(name, String(found));
      }
    });
  }
});
