import assert from 'node:assert/strict';
import { test } from 'node:test';
import { personName } from '../../src/formats/person-name.ts';

const cases: readonly (readonly [name: string, firstname: string, lastname: string])[] = [
  ['Nora New', 'Nora', 'New'],
  ['New, Nora', 'Nora', 'New'],
  ["'Nora New' (Sales)", 'Nora', 'New'],
  ['Nora Maria van New', 'Nora Maria van', 'New'],
  ['Support', '', 'Support'],
  ['', '', 'nora.new'],
  ['nora.new@x.example', '', 'nora.new'],
];
for (const [name, firstname, lastname] of cases) {
  test(`AD-16: "${name}" becomes first and last name`, () => {
    assert.deepEqual(personName({ name, address: 'nora.new@x.example' }), { firstname, lastname });
  });
}

test('AD-16: names longer than their columns are cut', () => {
  const { firstname, lastname } = personName({ name: `${'a'.repeat(80)} ${'b'.repeat(80)}`, address: 'a@b.example' });
  assert.deepEqual([firstname.length, lastname.length], [50, 50]);
});
