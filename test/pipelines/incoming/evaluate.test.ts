import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Principal } from '../../../src/pipelines/incoming/directory.ts';
import { type EvaluateFacts, type EvaluateRules, evaluate } from '../../../src/pipelines/incoming/evaluate.ts';
import { settingsWith } from './incoming-fixtures.ts';

const defaults = settingsWith();

function user(name: string, filter: number, receives = true): Principal {
  const reference = { table: 'systemuser', id: name };
  return { reference, kind: 'user', name, filter, receives, owner: reference };
}

function queue(name: string, filter: number, receives = true): Principal {
  const owner = { table: 'systemuser', id: 'owner' };
  return { reference: { table: 'queue', id: name }, kind: 'queue', name, filter, receives, owner };
}

function facts(given: Partial<EvaluateFacts>): EvaluateFacts {
  return {
    isMeetingMessage: false,
    isOwnTest: false,
    isRightsProtected: false,
    receivedOn: new Date('2026-01-02T00:00:00Z'),
    startOn: new Date('2026-01-01T00:00:00Z'),
    senderName: 'Carla',
    senderTables: [],
    recipients: [],
    mailboxOwner: given.recipients?.[0],
    isCorrelated: false,
    isSentCopyTracked: false,
    ...given,
  };
}

function rules(given: Partial<EvaluateRules> = {}, switches: Partial<EvaluateRules['switches']> = {}): EvaluateRules {
  return { ...defaults, ...given, switches: { ...defaults.switches, ...switches } };
}

interface Case {
  readonly title: string;
  readonly facts: Partial<EvaluateFacts>;
  readonly rules?: EvaluateRules;
  /** Name of who accepts, or the code of the rejection. */
  readonly result: string;
}

const U = (filter: number) => user('U', filter);
const Q = (filter: number) => queue('Q', filter);

const cases: readonly Case[] = [
  { title: 'IN-21: filter all accepts anything', facts: { recipients: [U(0)] }, result: 'U' },
  {
    title: 'IN-22: filter "in response" without correlation',
    facts: { recipients: [U(1)] },
    result: 'NoCorrelationMatch',
  },
  {
    title: 'IN-23: filter "in response" with correlation',
    facts: { recipients: [U(1)], isCorrelated: true },
    result: 'U',
  },
  {
    title: 'IN-24: filter "people", sender a contact',
    facts: { recipients: [U(2)], senderTables: ['contact'] },
    result: 'U',
  },
  {
    title: 'IN-25: filter "people", sender a user',
    facts: { recipients: [U(2)], senderTables: ['systemuser'] },
    result: 'SenderNotKnown',
  },
  {
    title: 'IN-26: filter "email-enabled", sender a user',
    facts: { recipients: [U(3)], senderTables: ['systemuser'] },
    result: 'U',
  },
  {
    title: 'IN-27: every recipient is asked, the accepting one is named',
    facts: { recipients: [U(1), Q(0)], mailboxOwner: U(1) },
    result: 'Q',
  },
  {
    title: 'IN-28: no recipient of ours, mailbox takes all',
    facts: { recipients: [], mailboxOwner: U(0) },
    result: 'U',
  },
  ...[1, 2, 3, 4].map((filter) => ({
    title: `IN-29: no recipient of ours, mailbox has filter ${filter}`,
    facts: { recipients: [], mailboxOwner: U(filter), isCorrelated: true, senderTables: ['contact'] },
    result: 'NoRecipientMatch',
  })),
  {
    title: 'IN-10: filter none accepts nothing',
    facts: { recipients: [U(4)], isCorrelated: true, senderTables: ['contact'] },
    result: 'FilterNone',
  },
  {
    title: 'IN-11: filter "people" does not look at correlation',
    facts: { recipients: [U(2)], isCorrelated: true },
    result: 'SenderNotKnown',
  },
  { title: 'IN-13: the options hold for queues', facts: { recipients: [Q(2)], senderTables: ['lead'] }, result: 'Q' },
  { title: 'IN-14: the first recipient that accepts is named', facts: { recipients: [U(0), Q(0)] }, result: 'U' },
  {
    title: 'IN-15 (ST-37): another user\'s "in response" does not count',
    facts: { recipients: [user('V', 1)], mailboxOwner: U(1), isCorrelated: true },
    rules: rules({}, { UseFilteringMethodOfSyncingMailboxOnlyForCorrelation: true }),
    result: 'NoCorrelationMatch',
  },
  {
    title: 'IN-15 (ST-37): the own "in response" still counts',
    facts: { recipients: [U(1)], isCorrelated: true },
    rules: rules({}, { UseFilteringMethodOfSyncingMailboxOnlyForCorrelation: true }),
    result: 'U',
  },
  {
    title: "IN-16 (ST-38): in a user's mailbox only its filter counts",
    facts: { recipients: [Q(0), U(1)], mailboxOwner: U(1) },
    rules: rules({}, { SSSForceFilteringMethodForUserMailboxes: true }),
    result: 'NoCorrelationMatch',
  },
  {
    title: "IN-16 (ST-38): in a queue's mailbox all filters count",
    facts: { recipients: [U(0), Q(1)], mailboxOwner: Q(1) },
    rules: rules({}, { SSSForceFilteringMethodForUserMailboxes: true }),
    result: 'U',
  },
  {
    title: 'IN-18: a recipient without incoming mail is not asked',
    facts: { recipients: [queue('Q', 0, false), U(1)], mailboxOwner: U(1) },
    result: 'NoCorrelationMatch',
  },
  {
    title: 'IN-19 (ST-15 off): filter "in response" never accepts',
    facts: { recipients: [U(1)], isCorrelated: true },
    rules: rules({ correlationEnabled: false }),
    result: 'NoCorrelationMatch',
  },
  {
    title: 'IN-08: meeting messages are left alone',
    facts: { recipients: [U(0)], isMeetingMessage: true },
    result: 'MeetingMessage',
  },
  {
    title: 'ST-06, AR-11: rights-protected mail is taken as any other',
    facts: { recipients: [U(0)], isRightsProtected: true },
    result: 'U',
  },
  {
    title: 'ST-20: rights-protected mail is left alone with the switch',
    facts: { recipients: [U(0)], isRightsProtected: true },
    rules: rules({}, { RestrictIRMEmailItems: true }),
    result: 'RightsProtected',
  },
  {
    title: 'ST-20: a person tracking it by hand makes no difference',
    facts: { recipients: [U(0)], isRightsProtected: true, trackedBy: { name: 'Anna' } },
    rules: rules({}, { RestrictIRMEmailItems: true }),
    result: 'RightsProtected',
  },
  {
    title: 'ST-20: other mail is not touched by the switch',
    facts: { recipients: [U(0)] },
    rules: rules({}, { RestrictIRMEmailItems: true }),
    result: 'U',
  },
  {
    title: 'TE-04: our own test message is left alone',
    facts: { recipients: [U(0)], isOwnTest: true },
    result: 'OwnTestMessage',
  },
  {
    title: 'IN-06: messages from before the start date are left alone',
    facts: { recipients: [U(0)], receivedOn: new Date('2025-12-31T23:59:59Z') },
    result: 'BeforeStartDate',
  },
  {
    title: 'IN-33: mail between users is taken twice by default',
    facts: { recipients: [U(0)], senderTables: ['systemuser'] },
    result: 'U',
  },
  {
    title: 'IN-33: with ST-19 off the received copy is ignored',
    facts: { recipients: [U(0)], senderTables: ['systemuser'] },
    rules: rules({ ignoreInternalEmail: true }),
    result: 'InternalEmail',
  },
  {
    title: 'IN-33: with ST-19 off a blind copy is ignored too',
    facts: { recipients: [], mailboxOwner: U(0), senderTables: ['systemuser'] },
    rules: rules({ ignoreInternalEmail: true }),
    result: 'InternalEmail',
  },
  {
    title: 'IN-34: user to queue is still taken',
    facts: { recipients: [U(0), Q(0)], senderTables: ['systemuser'] },
    rules: rules({ ignoreInternalEmail: true }),
    result: 'Q',
  },
  {
    title: 'IN-34: user to queue with ST-39 false is ignored',
    facts: { recipients: [Q(0)], senderTables: ['systemuser'] },
    rules: rules({ ignoreInternalEmail: true }, { DoNotIgnoreInternalEmailToQueues: false }),
    result: 'InternalEmail',
  },
  {
    title: 'IN-35: queue to user with ST-40 is ignored',
    facts: { recipients: [U(0)], senderTables: ['queue'] },
    rules: rules({ ignoreInternalEmail: true }, { IgnoreInternalEmailFromQueues: true }),
    result: 'InternalEmail',
  },
  {
    title: 'IN-35: queue to user without ST-40 is taken',
    facts: { recipients: [U(0)], senderTables: ['queue'] },
    rules: rules({ ignoreInternalEmail: true }),
    result: 'U',
  },
  {
    title: 'IN-36: not ignored when its sent copy is not tracked and it is correlated',
    facts: { recipients: [U(1)], senderTables: ['systemuser'], isCorrelated: true },
    rules: rules({ ignoreInternalEmail: true }),
    result: 'U',
  },
  {
    title: 'IN-36: ignored when its sent copy is tracked',
    facts: { recipients: [U(1)], senderTables: ['systemuser'], isCorrelated: true, isSentCopyTracked: true },
    rules: rules({ ignoreInternalEmail: true }),
    result: 'InternalEmail',
  },
  {
    title: 'IN-36: ignored with ST-41 off',
    facts: { recipients: [U(1)], senderTables: ['systemuser'], isCorrelated: true },
    rules: rules({ ignoreInternalEmail: true }, { IgnoreInternalEmailDetectionEnhancement: false }),
    result: 'InternalEmail',
  },
];

for (const { title, facts: given, rules: ruled, result } of cases) {
  test(title, () => {
    const verdict = evaluate(facts(given), ruled ?? rules());
    assert.equal(verdict.accepted ? verdict.acceptedBy?.name : verdict.code, result);
    assert.ok(verdict.reason.endsWith('.'), 'the reason is a sentence');
  });
}

test('MO-08: the reason names whose filter decided', () => {
  const rejected = evaluate(facts({ recipients: [user('Anna', 1), queue('Sales', 2)] }), rules());
  assert.match(rejected.reason, /Anna takes answers to tracked email only/);
  assert.match(rejected.reason, /Sales takes messages from leads, contacts and accounts, and Carla is none/);
});

test('QU-03: the queues whose own filter accepts are named', () => {
  const verdict = evaluate(facts({ recipients: [U(0), queue('Q1', 0), queue('Q2', 1)] }), rules());
  assert.deepEqual(
    verdict.acceptingQueues.map((one) => one.name),
    ['Q1'],
  );
});
