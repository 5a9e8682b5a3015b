import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parsedHtmlToPlain } from '../../src/formats/parsed-html-to-plain.ts';
import { simpleHtmlToPlain } from '../../src/formats/simple-html-to-plain.ts';

const text = fc
  .array(
    fc.constantFrom(
      'word',
      ' ',
      '\n',
      '  ',
      '&nbsp;',
      '&amp;',
      'a&lt;b',
      '"',
      'grüße',
      '日本',
      '\u200b',
      '& ',
      '.',
      '\t',
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(''));
const inlineName = fc.constantFrom('span', 'b', 'strong', 'i', 'em', 'u', 'font', 'SPAN');
const link = fc.constantFrom(
  'https://shop.example/orders?a=1&amp;b=2',
  'mailto:ada@example.com',
  '#top',
  '',
  'word',
  '/path',
);
const attributes = fc.constantFrom('', ' style="margin:0 0 8px 0"', ' class="x" id="y"', '\n dir="ltr"');

/** Well nested HTML of the kinds that editors write; `depth` limits it. */
function inline(depth: number): fc.Arbitrary<string> {
  if (depth === 0) return text;
  const wrapped = fc
    .tuple(inlineName, attributes, fc.array(inline(depth - 1), { maxLength: 3 }))
    .map(([name, more, inner]) => `<${name}${more}>${inner.join('')}</${name}>`);
  const anchor = fc
    .tuple(link, text, inlineName)
    .map(([to, inner, name]) => `<a href="${to}"><${name}>${inner}</${name}></a>`);
  return fc.oneof(text, fc.constantFrom('<br>', '<br/>', '<br />'), wrapped, anchor);
}

function block(depth: number): fc.Arbitrary<string> {
  const paragraph = fc
    .tuple(attributes, fc.array(inline(2), { maxLength: 4 }))
    .map(([more, inner]) => `<p${more}>${inner.join('')}</p>`);
  if (depth === 0) return fc.oneof(paragraph, inline(2));
  const division = fc
    .tuple(attributes, fc.array(block(depth - 1), { maxLength: 4 }))
    .map(([more, inner]) => `<div${more}>${inner.join('')}</div>`);
  return fc.oneof(paragraph, division, inline(2));
}

const document = fc
  .tuple(
    fc.array(block(3), { maxLength: 6 }).map((blocks) => blocks.join('')),
    fc.constantFrom(
      ['', ''],
      ['<html><body>', '</body></html>'],
      [
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><style>p { margin: 0 }</style></head><body dir="ltr">\n',
        '</body></html>\n',
      ],
    ),
  )
  .map(([content, [before = '', after = '']]) => before + content + after);

describe('simpleHtmlToPlain', () => {
  it('OU-09: gives what the parser gives, wherever it gives anything', () => {
    let read = 0;
    fc.assert(
      fc.property(document, (html) => {
        const simple = simpleHtmlToPlain(html);
        if (simple === undefined) return;
        read += 1;
        assert.equal(simple, parsedHtmlToPlain(html), html);
      }),
      { numRuns: 3000 },
    );
    assert.ok(read > 2500, `${read} of 3000 were read`);
  });

  for (const html of [
    '<p>a<p>b</p>',
    '<div><p>a</div></p>',
    '<b>a',
    '</p>a',
    '<p>a<div>b</div></p>',
    '<a href="x">a<a href="y">b</a></a>',
    '<table><tr><td>a</td></tr></table>',
    '<ul><li>a</li></ul>',
    '<!-- x --><p>a</p>',
    '<p>a</p><script>x</script>',
    '<p onclick=go()>a</p>',
    '<p>&euro;</p>',
    '<p>&#x20ac;</p>',
    'a < b',
    '<pre>a\n b</pre>',
    '<h1>a</h1>',
    '<img src="x">',
    '<span/>a',
    '<body><p>a</p>',
    '<html><head><title>t</title></head><body>a</body></html>',
  ]) {
    it(`leaves ${html} to the parser`, () => {
      assert.equal(simpleHtmlToPlain(html), undefined);
    });
  }

  it('takes time by the length alone', () => {
    const started = performance.now();
    for (const piece of ['<p ', '<b>', '&amp', ' a="', '<p a="b"', '\u00a0 \n'])
      simpleHtmlToPlain(piece.repeat(30_000));
    assert.ok(performance.now() - started < 5000);
  });
});
