import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fillMapping } from '../../../src/app/record-creation/fill-mapping.ts';
import { leadTable } from '../../../src/tables/lead.ts';
import { taskTable } from '../../../src/tables/task.ts';

describe('a mapping filled with what came', () => {
  const source = {
    subject: 'Broken pump',
    description: '<p>It <b>leaks</b>.</p>',
    prioritycode: 2,
    'prioritycode@OData.Community.Display.V1.FormattedValue': 'High',
    sender: null,
  };
  test('QU-08: columns, labels, plain text, braces, constants; a lone place keeps its type', () => {
    const mapping = {
      subject: 'Case: {subject} {{x}}',
      description: '{description:text}',
      prioritycode: '{prioritycode}',
      category: '{prioritycode:label}!',
      subcategory: '{sender}',
      isbilled: true,
    };
    assert.deepEqual(fillMapping(mapping, source, taskTable), {
      subject: 'Case: Broken pump {x}',
      description: 'It leaks.',
      prioritycode: 2,
      category: 'High!',
      subcategory: null,
      isbilled: true,
    });
  });
  test('IN-49: texts longer than their column are cut', () => {
    const filled = fillMapping({ subject: '{subject}' }, { subject: 'x'.repeat(300) }, leadTable);
    assert.equal(String(filled.subject).length, 50);
  });
});
