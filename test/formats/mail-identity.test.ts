import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  answerConversationIndex,
  conversationBase,
  conversationBaseHash,
  isConversationAncestor,
  newConversationIndex,
} from '../../src/formats/conversation-index.ts';
import { mailIdentity } from '../../src/formats/mail-identity.ts';
import { buildMessageId, messageIds, normaliseMessageId } from '../../src/formats/message-id.ts';
import { parseMailSync } from '../../src/formats/mime-parse.ts';

const identityOf = (text: string): string => mailIdentity(parseMailSync(Buffer.from(text)));

describe('identity of a message', () => {
  it('IN-30: the Message-ID without brackets and blanks, case kept', () => {
    assert.equal(identityOf('Message-ID:\r\n <Ab.1@X.example>  (note)\r\n\r\nx'), 'Ab.1@X.example');
    assert.equal(normaliseMessageId('<a@ b>'), 'a@b');
    assert.equal(normaliseMessageId('(c) abc'), 'abc');
    assert.deepEqual(messageIds('<a@b> junk <c@d>\r\n <e@f'), ['a@b', 'c@d', 'e@f']);
    assert.deepEqual(messageIds('Your message of Monday'), []);
  });

  it('IN-32: without a Message-ID a digest of date, sender, subject and body', () => {
    const mail = 'From: A <A@x.example>\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\nSubject: s\r\n\r\nbody';
    assert.match(identityOf(mail), /^digest:[0-9a-f]{64}$/);
    assert.equal(identityOf(mail), identityOf(`Received: by y\r\n${mail}`));
    assert.notEqual(identityOf(mail), identityOf(`${mail}2`));
  });

  it('IN-30: an endless Message-ID stays within 400 characters', () => {
    assert.match(identityOf(`Message-ID: <${'x'.repeat(500)}@y>\r\n\r\n`), /^long:[0-9a-f]{64}$/);
  });

  it('OU-09: an id of ours holds only what an id may hold', () => {
    assert.equal(buildMessageId('ab\r\n<>c-1', 'Example.COM'), 'abc-1@example.com');
    assert.equal(buildMessageId('1', ''), '1@mailroom.invalid');
  });

  it('CO-07: base of 22 bytes, its hash, ancestors by prefix', () => {
    const start = newConversationIndex(new Date('2026-01-01T00:00:00Z'), Buffer.alloc(16, 5));
    const answer = answerConversationIndex(start, new Date('2026-01-02T00:00:00Z'), 200);
    assert.equal(Buffer.from(start, 'base64').length, 22);
    assert.equal(Buffer.from(start, 'base64')[0], 1);
    assert.equal(Buffer.from(answer, 'base64').length, 27);
    assert.equal(conversationBase(answer), start);
    assert.equal(conversationBaseHash(answer), conversationBaseHash(start));
    assert.equal(isConversationAncestor(start, answer), true);
    assert.equal(isConversationAncestor(answer, start), false);
    assert.equal(conversationBaseHash(''), undefined);
    assert.equal(answerConversationIndex('AQ==', new Date(0), 1), '');
  });
});
