import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  envelopeAddress,
  formatAddress,
  isValidAddress,
  normaliseAddress,
  parseAddressList,
} from '../../src/formats/address.ts';

describe('addresses', () => {
  it('RFC 5322 3.4: names, quotes, comments, groups, routes and what is wrong with them', () => {
    for (const [text, expected] of [
      ['a@b.example', [['', 'a@b.example']]],
      [
        '"Doe, John" <j@x.example>, k@x.example',
        [
          ['Doe, John', 'j@x.example'],
          ['', 'k@x.example'],
        ],
      ],
      ['j@x.example (John Doe)', [['John Doe', 'j@x.example']]],
      [
        'Team: a@x.example, B <b@x.example>;, c@x.example',
        [
          ['', 'a@x.example'],
          ['B', 'b@x.example'],
          ['', 'c@x.example'],
        ],
      ],
      ['undisclosed-recipients:;', []],
      ['=?utf-8?Q?Doe,_J=C3=B6rg?= <j@x.example>', [['Doe, Jörg', 'j@x.example']]],
      ['John <@relay:j@x.example>', [['John', 'j@x.example']]],
      ['John <j@x.example', [['John', 'j@x.example']]],
      ['"j doe"@x.example', [['', '"j doe"@x.example']]],
      ['Joe Q. Public john@x.example', [['Joe Q. Public', 'john@x.example']]],
      ['No Address', [['No Address', '']]],
      ['', []],
    ] as const) {
      assert.deepEqual(
        parseAddressList(text).map(({ name, address }) => [name, address]),
        expected,
        text,
      );
    }
  });

  it('IN-44: what is an address and what is not', () => {
    for (const good of [
      'a@b.example',
      'a.b+c@sub.b.example',
      'jörg@münchen.example',
      '"a b"@x.example',
      'a@[127.0.0.1]',
      'a@localhost',
      "o'neil@x.example",
    ]) {
      assert.equal(isValidAddress(good), true, good);
    }
    for (const bad of [
      '',
      'a',
      '@b',
      'a@',
      'a b@x.example',
      'a@b..c',
      'a.@b.c',
      '.a@b.c',
      'a@-b.c',
      'a@b.c\r\nX: y',
      '<a@b.c>',
      'a@b@c',
      `${'a'.repeat(65)}@b.c`,
      `a@${'b'.repeat(64)}.c`,
    ]) {
      assert.equal(isValidAddress(bad), false, bad);
    }
  });

  it('two spellings of one address become one', () => {
    for (const text of [
      'Ann@Example.COM',
      ' <ann@example.com> ',
      '"Ann" <ANN@example.com>',
      'mailto:ann@example.com',
      'SMTP:ann@example.com',
      'ann@example.com.',
    ]) {
      assert.equal(normaliseAddress(text), 'ann@example.com', text);
    }
    assert.equal(normaliseAddress('a@xn--mnchen-3ya.example'), 'a@münchen.example');
    assert.equal(envelopeAddress(' a@münchen.example'), 'a@xn--mnchen-3ya.example');
  });

  it('what is formatted reads back the same', () => {
    const name = fc
      .string({ unit: 'grapheme', maxLength: 30 })
      .map((text) => text.replace(/[\p{Cc}\s]+/gu, ' ').trim());
    fc.assert(
      fc.property(
        name.filter((text) => !text.includes('=?')),
        (text) => {
          const address = { name: text, address: 'a@b.example' };
          assert.deepEqual(parseAddressList(formatAddress(address)), [address]);
        },
      ),
    );
  });
});
