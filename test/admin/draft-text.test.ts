import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { htmlOfText, textOfHtml } from '../../admin/views/emails/body-text.ts';

describe('the text of a draft', () => {
  test('any plain text comes back as it was typed, but for empty lines beyond one', () => {
    const part = fc.constantFrom('a', 'b <c>', '&amp;', '&', '\n', '\n\n', '<br>', '</p><p>', '<p>', ' ', '"', '&lt;');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const text = parts.join('').replaceAll(/\n{3,}/g, '\n\n');
        assert.equal(textOfHtml(htmlOfText(text)), text);
      }),
      { numRuns: 2000 },
    );
  });

  test('what is formatted is never taken for plain text', () => {
    for (const html of [
      '<p>a <b>c</b></p>',
      '<div>a</div>',
      '<p class="x">a</p>',
      '<p>a&nbsp;b</p>',
      '<p>a<br/>b</p>',
      'a\nb',
    ])
      assert.equal(textOfHtml(html), undefined, html);
    assert.equal(textOfHtml('Just words'), 'Just words');
    assert.equal(textOfHtml(''), '');
  });
});
