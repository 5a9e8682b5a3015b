import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  answerConversationIndex,
  conversationBase,
  newConversationIndex,
} from '../../../src/formats/conversation-index.ts';
import {
  type CorrelatedFacts,
  type CorrelationCandidates,
  type CorrelationRules,
  correlate,
  type TrackedMail,
} from '../../../src/pipelines/incoming/correlate.ts';
import { CorrelationMethod } from '../../../src/tables/choices.ts';

const rules: CorrelationRules = { enabled: true, ignoreHeaders: false, skipForwards: false, tokenPrefixes: ['CRM:'] };

function tracked(id: string, given: Partial<TrackedMail> = {}): TrackedMail {
  return {
    id,
    messageId: `${id}@ours.example`,
    subject: 'Offer',
    sender: 'anna@ours.example',
    trackingToken: '',
    conversationIndex: '',
    regarding: null,
    ownerId: 'anna',
    conversationTrackingId: id,
    isOutgoing: true,
    createdOn: new Date('2026-01-01T00:00:00Z'),
    ...given,
  };
}

function mail(given: Partial<CorrelatedFacts> = {}): CorrelatedFacts {
  return {
    inReplyTo: '',
    references: [],
    subject: 'RE: Offer',
    tokens: [],
    conversationIndex: '',
    recipients: ['anna@ours.example'],
    ...given,
  };
}

function among(mails: readonly TrackedMail[], smart?: CorrelationCandidates['smart']): CorrelationCandidates {
  const by = (key: (one: TrackedMail) => string) => {
    const map = new Map<string, TrackedMail[]>();
    for (const one of mails) if (key(one) !== '') map.set(key(one), [...(map.get(key(one)) ?? []), one]);
    return map;
  };
  return {
    byMessageId: by((one) => one.messageId),
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
  const facts = mail({ inReplyTo: 'a@ours.example', recipients: ['ben@ours.example'] });
  assert.equal(correlate(facts, among([tracked('a')]), strict).parent, undefined);
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
