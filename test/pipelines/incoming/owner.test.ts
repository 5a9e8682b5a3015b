import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Principal } from '../../../src/pipelines/incoming/directory.ts';
import { chooseOwner, type OwnerFacts } from '../../../src/pipelines/incoming/owner.ts';
import { ownerFault } from '../../../src/pipelines/incoming/owner-fault.ts';
import { queuesFor } from '../../../src/pipelines/incoming/route.ts';
import type { RecordOf } from '../../../src/tables/catalog.ts';
import { AccessMode } from '../../../src/tables/choices.ts';
import { settingsWith } from './incoming-fixtures.ts';

const ref = (id: string) => ({ table: 'systemuser', id });

const user = (id: string, isDisabled = false): Principal => ({
  reference: ref(id),
  kind: 'user',
  name: id,
  filter: 0,
  receives: true,
  owner: isDisabled ? undefined : ref(id),
  ownerFault: ownerFault({ kind: 'user', user: { systemuserid: id, isdisabled: isDisabled }, hasRole: true }, 'it'),
});

const queue = (id: string, owner: { table: string; id: string }): Principal => ({
  reference: { table: 'queue', id },
  kind: 'queue',
  name: id,
  filter: 0,
  receives: true,
  owner,
  ownerFault: undefined,
});

const facts = (given: Partial<OwnerFacts>): OwnerFacts => ({
  recipients: [],
  parentOwnerId: undefined,
  senderOwnerId: undefined,
  mailboxOwner: undefined,
  fallback: undefined,
  ...given,
});

const cases: readonly [string, Partial<OwnerFacts>, string | undefined][] = [
  ['OW-04: the first recipient', { recipients: [user('a'), user('b')] }, 'a'],
  ['OW-02: the owner of the correlated email', { recipients: [user('a'), user('b')], parentOwnerId: 'b' }, 'b'],
  ['OW-02: only one of the recipients', { recipients: [user('a')], parentOwnerId: 'z' }, 'a'],
  ["OW-03: the owner of the sender's record", { recipients: [user('a'), user('b')], senderOwnerId: 'b' }, 'b'],
  [
    'OW-02 before OW-03',
    { recipients: [user('a'), user('b'), user('c')], parentOwnerId: 'c', senderOwnerId: 'b' },
    'c',
  ],
  ['OW-01: a disabled user is no candidate', { recipients: [user('a', true), user('b')] }, 'b'],
  [
    "OW-05: a queue's mail is the queue owner's, a team too",
    { recipients: [queue('q', { table: 'team', id: 't' })] },
    't',
  ],
  ['OW-06: without a recipient the owner of the mailbox', { mailboxOwner: user('m') }, 'm'],
  [
    'OW-06: the owner of a mailbox that is nobody’s at last',
    { mailboxOwner: user('m', true), fallback: ref('f') },
    'f',
  ],
  ['OW-05: nobody', {}, undefined],
];
for (const [title, given, expected] of cases) {
  test(title, () => assert.equal(chooseOwner(facts(given))?.id, expected));
}

const { switches } = settingsWith();
const q1 = queue('q1', ref('a'));
const q2 = queue('q2', ref('a'));

test('QU-03, ST-45: an item in each accepting queue', () => {
  const route = {
    acceptingQueues: [q1, q2],
    mailboxOwner: user('m'),
    ownersQueueId: undefined,
    isAlreadyTracked: false,
  };
  assert.deepEqual(queuesFor(route, switches), ['q1', 'q2']);
  assert.deepEqual(queuesFor(route, { ...switches, CreateQueueItemsForAcceptingQueueRecipients: false }), []);
});

test('QU-04, ST-44: an item in the queue of the mailbox, once', () => {
  const route = { acceptingQueues: [q1], mailboxOwner: q2, ownersQueueId: undefined, isAlreadyTracked: false };
  assert.deepEqual(queuesFor(route, switches), ['q1', 'q2']);
  assert.deepEqual(queuesFor({ ...route, mailboxOwner: q1 }, switches), ['q1']);
  assert.deepEqual(queuesFor(route, { ...switches, CreateQueueItemForSynchronizingMailbox: false }), ['q1']);
});

test('QU-05: none for mail tracked before, unless ST-46', () => {
  const route = { acceptingQueues: [q1], mailboxOwner: q2, ownersQueueId: undefined, isAlreadyTracked: true };
  assert.deepEqual(queuesFor(route, switches), []);
  const more = { ...switches, SSSCreateAdditionalQueueItemsForAlreadyTrackedEmail: true };
  assert.deepEqual(queuesFor(route, more), ['q1', 'q2']);
});

test('QU-03: with our switch also in the default queue of the owner, once', () => {
  const route = { acceptingQueues: [q1], mailboxOwner: user('m'), ownersQueueId: 'own', isAlreadyTracked: false };
  assert.deepEqual(queuesFor(route, switches), ['q1'], 'off unless asked for');
  const on = { ...switches, mr_RouteToOwnersQueue: true };
  assert.deepEqual(queuesFor(route, on), ['q1', 'own']);
  assert.deepEqual(queuesFor({ ...route, ownersQueueId: 'q1' }, on), ['q1']);
});

test('OW-05: who is disabled, has no licence or role, or only reads cannot own mail', () => {
  const faultOf = (user: RecordOf<'systemuser'> | undefined, hasRole = true) =>
    ownerFault({ kind: 'user', user, hasRole }, 'queue "Support"');
  const codeOf = (...given: Parameters<typeof faultOf>) => faultOf(...given)?.code;
  assert.equal(codeOf({ fullname: 'Anna' }), undefined);
  assert.equal(codeOf({ fullname: 'Anna', islicensed: true, accessmode: AccessMode.nonInteractive }), undefined);
  assert.equal(codeOf({ fullname: 'Anna', accessmode: AccessMode.administrative }), undefined);
  assert.equal(codeOf({ fullname: 'Dora', isdisabled: true }), '80040520');
  assert.equal(codeOf({ fullname: 'Lena', islicensed: false }), '8004D24B');
  assert.equal(codeOf({ fullname: 'Nina' }, false), '8004D24B');
  assert.equal(codeOf({ fullname: 'Rolf', accessmode: AccessMode.read }), '80040520');
  assert.equal(codeOf(undefined), '80040520');
  assert.match(faultOf({ fullname: 'Lena', islicensed: false })?.message ?? '', /Lena.*"Support".*licence/);
});

test('OW-05: a team owns mail when it has a role', () => {
  const codeOf = (hasRole: boolean) =>
    ownerFault({ kind: 'team', name: 'Night shift', hasRole }, 'queue "Support"')?.code;
  assert.deepEqual([codeOf(true), codeOf(false)], [undefined, '80042F0A']);
});
