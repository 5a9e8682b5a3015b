import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { escapeHtml, fillTemplate } from '../../src/rules/fill-template.ts';

const source = { contact: { fullname: 'Carla <Costa>', jobtitle: '' } };
const plain = (value: string) => value;

test('placeholders take the value, or what stands behind the semicolon', () => {
  const text =
    'Dear {!contact:fullname;customer}, {!Contact:JobTitle;buyer} {!contact:nosuch; x } {!lead:fullname;} {! contact : fullname }';
  assert.equal(fillTemplate(text, source, plain), 'Dear Carla <Costa>, buyer x  Carla <Costa>');
  assert.equal(fillTemplate('{!contact:fullname;}', source, escapeHtml), 'Carla &lt;Costa&gt;');
});

test('names that every object has are no columns', () => {
  assert.equal(fillTemplate('{!contact:constructor;none}{!contact:__proto__;none}', source, plain), 'nonenone');
});

test('text without a placeholder stays as it is, and values are not read as templates', () => {
  fc.assert(fc.property(fc.string(), (text) => text.includes('{!') || fillTemplate(text, source, plain) === text));
  const nested = { contact: { fullname: '{!contact:secret;x}', secret: 'shown' } };
  assert.equal(fillTemplate('{!contact:fullname;}', nested, plain), '{!contact:secret;x}');
});
