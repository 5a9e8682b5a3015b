import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  answerConversationIndex,
  conversationBase,
  newConversationIndex,
} from '../../../src/formats/conversation-index.ts';
import { type CorrelationRules, correlate } from '../../../src/pipelines/incoming/correlate.ts';
import type {
  CorrelatedFacts,
  CorrelationCandidates,
  TrackedMail,
} from '../../../src/pipelines/incoming/tracked-mail.ts';
import { CorrelationMethod } from '../../../src/tables/choices.ts';

const rules: CorrelationRules = { enabled: true, ignoreHeaders: false, skipForwards: false, tokenPrefixes: ['CRM:'] };

function tracked(id: string, given: Partial<TrackedMail> = {}): TrackedMail {
  return {
    id,
    messageId: `${id}@ours.example`,
    identity: given.messageId ?? `${id}@ours.example`,
    inReplyTo: '',
    references: '',
    subject: 'Offer',
    sender: 'anna@ours.example',
    trackingToken: '',
    conversationIndex: '',
    regarding: null,
    ownerId: 'anna',
    conversationTrackingId: id,
    isOutgoing: true,
    sentOn: given.createdOn ?? new Date('2026-01-01T00:00:00Z'),
    createdOn: new Date('2026-01-01T00:00:00Z'),
    ...given,
  };
}

function mail(given: Partial<CorrelatedFacts> = {}): CorrelatedFacts {
  return {
    messageId: 'this@customer.example',
    inReplyTo: '',
    references: [],
    subject: 'RE: Offer',
    tokens: [],
    conversationIndex: '',
    sender: 'carla@customer.example',
    recipients: ['anna@ours.example'],
    sentOn: new Date('2026-01-05T00:00:00Z'),
    receivedOn: new Date('2026-01-05T00:00:00Z'),
    ...given,
  };
}

function among(
  mails: readonly TrackedMail[],
  smart?: CorrelationCandidates['smart'],
  byAlias: CorrelationCandidates['byAlias'] = new Map(),
): CorrelationCandidates {
  const by = (key: (one: TrackedMail) => string) => {
    const map = new Map<string, TrackedMail[]>();
    for (const one of mails) if (key(one) !== '') map.set(key(one), [...(map.get(key(one)) ?? []), one]);
    return map;
  };
  return {
    byMessageId: by((one) => one.messageId),
    byAlias,
    byToken: by((one) => one.trackingToken.toLowerCase()),
    byConversation: by((one) => conversationBase(one.conversationIndex)),
    smart,
  };
}

const root = newConversationIndex(new Date('2026-01-01T00:00:00Z'), Buffer.alloc(16, 1));
const answer = answerConversationIndex(root, new Date('2026-01-01T01:00:00Z'), 5);
const deeper = answerConversationIndex(answer, new Date('2026-01-01T02:00:00Z'), 6);

test('CO-02: correlation switched off is "skipped"', () => {
  const found = correlate(mail({ inReplyTo: 'a@ours.example' }), among([tracked('a')]), { ...rules, enabled: false });
  assert.deepEqual([found.method, found.parent], [CorrelationMethod.skipped, undefined]);
});

test('CO-03: In-Reply-To before token before conversation index before smart matching', () => {
  const a = tracked('a');
  const b = tracked('b', { trackingToken: 'CRM:0001001' });
  const c = tracked('c', { conversationIndex: root });
  const d = tracked('d');
  const all = among([a, b, c], { mail: d, evidence: 'words' });
  const facts = mail({ inReplyTo: 'a@ours.example', tokens: ['CRM:0001001'], conversationIndex: answer });
  assert.equal(correlate(facts, all, rules).parent?.id, 'a');
  assert.equal(correlate({ ...facts, inReplyTo: '' }, all, rules).parent?.id, 'b');
  assert.equal(correlate({ ...facts, inReplyTo: '', tokens: [] }, all, rules).parent?.id, 'c');
  const last = correlate(mail(), all, rules);
  assert.deepEqual([last.parent?.id, last.method], ['d', CorrelationMethod.smartMatching]);
});

test('CO-04: ST-34 takes In-Reply-To and conversation index off the list', () => {
  const all = among([tracked('a'), tracked('c', { conversationIndex: root })]);
  const facts = mail({ inReplyTo: 'a@ours.example', conversationIndex: answer });
  assert.equal(correlate(facts, all, { ...rules, ignoreHeaders: true }).method, CorrelationMethod.none);
});

test('CO-05: an id nobody has finds nothing', () => {
  const found = correlate(mail({ inReplyTo: 'x@else.example' }), among([tracked('a')]), rules);
  assert.deepEqual([found.method, found.evidence], [CorrelationMethod.none, '']);
});

test('CO-06: References are tried from the last to the first', () => {
  const facts = mail({
    inReplyTo: 'lost@x.example',
    references: ['a@ours.example', 'b@ours.example', 'lost@x.example'],
  });
  const found = correlate(facts, among([tracked('a'), tracked('b')]), rules);
  assert.deepEqual([found.parent?.id, found.method], ['b', CorrelationMethod.inReplyTo]);
  assert.match(found.evidence, /References names <b@ours\.example>/);
});

test('CO-07: the nearest ancestor of the conversation', () => {
  const all = among([tracked('top', { conversationIndex: root }), tracked('mid', { conversationIndex: answer })]);
  const found = correlate(mail({ conversationIndex: deeper }), all, rules);
  assert.deepEqual([found.parent?.id, found.method], ['mid', CorrelationMethod.conversationIndex]);
});

test('CO-07: without an ancestor the newest of the conversation', () => {
  const other = answerConversationIndex(root, new Date('2026-01-01T03:00:00Z'), 9);
  const all = among([
    tracked('old', { conversationIndex: other, createdOn: new Date('2026-01-01T00:00:00Z') }),
    tracked('new', { conversationIndex: other, createdOn: new Date('2026-01-02T00:00:00Z') }),
  ]);
  assert.equal(correlate(mail({ conversationIndex: answer }), all, rules).parent?.id, 'new');
});

test('CO-08: a forward is a reply unless ST-35 is on', () => {
  const facts = mail({ inReplyTo: 'a@ours.example', subject: 'FW: Offer' });
  assert.equal(correlate(facts, among([tracked('a')]), rules).parent?.id, 'a');
  const strict = correlate(facts, among([tracked('a')]), { ...rules, skipForwards: true });
  assert.deepEqual([strict.parent, strict.method], [undefined, CorrelationMethod.none]);
});

test("CO-08: with ST-35, mail that does not go to the parent's sender is a forward", () => {
  const strict = { ...rules, skipForwards: true };
  const facts = mail({ inReplyTo: 'a@ours.example', subject: 'Offer', recipients: ['ben@ours.example'] });
  assert.equal(correlate(facts, among([tracked('a')]), strict).parent, undefined);
  const reply = { ...facts, subject: 'AW: Offer' };
  assert.equal(correlate(reply, among([tracked('a')]), strict).parent?.id, 'a', 'answered to another address');
  const again = { ...facts, sender: 'anna@ours.example' };
  assert.equal(correlate(again, among([tracked('a')]), strict).parent?.id, 'a', 'the same person writes again');
  assert.equal(correlate(mail({ inReplyTo: 'a@ours.example' }), among([tracked('a')]), strict).parent?.id, 'a');
});

test('CO-09: a changed subject is told, prefixes and token aside', () => {
  const all = among([tracked('a', { subject: 'Offer CRM:0001001' })]);
  const changed = (subject: string) =>
    correlate(mail({ inReplyTo: 'a@ours.example', subject }), all, rules).subjectChanged;
  assert.equal(changed('AW: RE: offer'), false);
  assert.equal(changed('Invoice'), true);
});

test('CO-14: a token that came round again means its newest email', () => {
  const all = among([
    tracked('old', { trackingToken: 'CRM:0001001', createdOn: new Date('2025-01-01T00:00:00Z') }),
    tracked('new', { trackingToken: 'CRM:0001001', createdOn: new Date('2026-01-01T00:00:00Z') }),
  ]);
  assert.equal(correlate(mail({ tokens: ['CRM:0001001'] }), all, rules).parent?.id, 'new');
});

test('CO-19: tokens are compared without regard to case, the last of the subject first', () => {
  const all = among([
    tracked('one', { trackingToken: 'CRM:0001001' }),
    tracked('two', { trackingToken: 'CRM:0001002' }),
  ]);
  const found = correlate(mail({ tokens: ['CRM:0001001', 'crm:0001002'] }), all, rules);
  assert.deepEqual([found.parent?.id, found.method], ['two', CorrelationMethod.trackingToken]);
});

test('PAIN-06: of the sent and the received copy the one that regards a record is taken, else the sent one', () => {
  const sent = tracked('sent', { messageId: 'm@x.example' });
  const received = tracked('received', { messageId: 'm@x.example', isOutgoing: false });
  const facts = mail({ inReplyTo: 'm@x.example' });
  assert.equal(correlate(facts, among([received, sent]), rules).parent?.id, 'sent');
  const regarding = { table: 'contact', id: 'carla' };
  assert.equal(correlate(facts, among([sent, { ...received, regarding }]), rules).parent?.id, 'received');
});

test('CO-08: the evidence tells a forward that is linked', () => {
  const facts = mail({ inReplyTo: 'a@ours.example', subject: 'WG: Offer' });
  assert.match(correlate(facts, among([tracked('a')]), rules).evidence, /forward/);
});

test('CO-01: the method says by what an email was linked', () => {
  const all = among([tracked('a', { trackingToken: 'CRM:0001001', conversationIndex: root })], {
    mail: tracked('a'),
    evidence: 'words',
  });
  const methodOf = (given: Partial<CorrelatedFacts>) => correlate(mail(given), all, rules).method;
  assert.deepEqual(
    [
      methodOf({ inReplyTo: 'a@ours.example' }),
      methodOf({ tokens: ['CRM:0001001'] }),
      methodOf({ conversationIndex: answer }),
      methodOf({}),
      correlate(mail(), among([]), rules).method,
    ],
    [3, 4, 5, 6, 0],
  );
});

test('CO-06: a message that names itself is not its own parent', () => {
  const own = tracked('self', { messageId: 'this@customer.example' });
  const facts = mail({ inReplyTo: 'this@customer.example', references: ['this@customer.example'] });
  assert.equal(correlate(facts, among([own]), rules).parent, undefined);
});

test('CO-05, PAIN-05: of several messages under one Message-ID the one with this subject, or none', () => {
  const one = tracked('one', { messageId: 'same@x.example', identity: 'same@x.example', subject: 'Offer' });
  const other = tracked('two', { messageId: 'same@x.example', identity: 'same@x.example#1', subject: 'Invoice' });
  const facts = mail({ inReplyTo: 'same@x.example' });
  assert.equal(correlate({ ...facts, subject: 'RE: Invoice' }, among([one, other]), rules).parent?.id, 'two');
  assert.equal(correlate({ ...facts, subject: 'RE: Else' }, among([one, other]), rules).parent, undefined);
});

test('CO-07: a Thread-Index without a whole header block says nothing', () => {
  const all = among([tracked('a', { conversationIndex: 'AQ==' })]);
  assert.equal(correlate(mail({ conversationIndex: 'AQ==' }), all, rules).parent, undefined);
});

test('CO-07: neither a descendant nor a later message of the conversation is a parent', () => {
  const late = { sentOn: new Date('2026-02-01T00:00:00Z'), isOutgoing: false };
  const other = answerConversationIndex(root, new Date('2026-01-01T03:00:00Z'), 9);
  const descendant = tracked('below', { conversationIndex: deeper, isOutgoing: false });
  const all = among([descendant, tracked('late', { ...late, conversationIndex: other })]);
  assert.equal(correlate(mail({ conversationIndex: answer }), all, rules).parent, undefined);
});

test('CO-14: of a token that came round again the email sent before this message', () => {
  const all = among([
    tracked('old', { trackingToken: 'CRM:0001001', createdOn: new Date('2025-01-01T00:00:00Z') }),
    tracked('future', { trackingToken: 'CRM:0001001', createdOn: new Date('2026-03-01T00:00:00Z') }),
  ]);
  assert.equal(correlate(mail({ tokens: ['CRM:0001001'] }), all, rules).parent?.id, 'old');
});

test('CO-14: what we sent with a token comes before what was received with it', () => {
  const received = { isOutgoing: false, createdOn: new Date('2026-01-03T00:00:00Z') };
  const all = among([
    tracked('sent', { trackingToken: 'CRM:0001001' }),
    tracked('received', { ...received, trackingToken: 'CRM:0001001' }),
  ]);
  assert.equal(correlate(mail({ tokens: ['CRM:0001001'] }), all, rules).parent?.id, 'sent');
});

test('PAIN-07: an id that a gateway gave to our mail is known from another answer', () => {
  const all = among([tracked('a')], undefined, new Map([['gw-1@gateway.example', [tracked('a')]]]));
  const found = correlate(mail({ inReplyTo: 'gw-1@gateway.example', subject: 'Quite new' }), all, rules);
  assert.deepEqual([found.parent?.id, found.method, found.subjectChanged], ['a', CorrelationMethod.inReplyTo, true]);
  assert.match(found.evidence, /<gw-1@gateway\.example>, by which another answer called a/);
});
