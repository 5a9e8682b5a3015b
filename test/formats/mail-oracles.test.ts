import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import PostalMime from 'postal-mime';
import { composeMail } from '../../src/formats/mime-compose.ts';
import { parseMailSync } from '../../src/formats/mime-parse.ts';

const word = fc.string({ unit: fc.constantFrom(...'abc é日Ж"\\,;<>@()=?_'.split('')), minLength: 1, maxLength: 40 });

describe('two other parsers', () => {
  it('OU-09: read what we compose as we read it', async () => {
    await fc.assert(
      fc.asyncProperty(word, word, word, async (subject, name, text) => {
        const { raw } = composeMail({
          from: { name, address: 'a@example.com' },
          to: [{ name: '', address: 'b@example.org' }],
          subject,
          text,
          html: `<p>${text}</p>`,
          attachments: [{ fileName: `${name}.bin`, contentType: 'application/x-thing', content: Buffer.from(text) }],
          messageId: '1@example.com',
          date: new Date(0),
          boundarySeed: 'x',
        });
        const [own, one, other] = [
          parseMailSync(raw),
          await simpleParser(raw, { skipTextToHtml: true }),
          await PostalMime.parse(raw),
        ];
        assert.equal(own.subject, (one.subject ?? '').trim());
        assert.equal(own.subject, (other.subject ?? '').trim());
        assert.equal(own.from[0]?.name, (one.from?.value[0]?.name ?? '').replace(/\s+/g, ' ').trim());
        assert.equal(own.html.trim(), String(one.html).trim());
        assert.equal(own.text.trim(), (other.text ?? '').trim());
        assert.deepEqual(own.attachments[0]?.content, one.attachments[0]?.content);
      }),
      { numRuns: 60 },
    );
  });
});
