import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpointFor } from '../../src/app/endpoints.ts';
import { MailroomError } from '../../src/base/errors.ts';
import { createSecretBox } from '../../src/base/secret-box.ts';
import type { RecordOf } from '../../src/tables/catalog.ts';

const box = createSecretBox(Buffer.alloc(32, 3));
const mailbox: RecordOf<'mailbox'> = {
  mailboxid: 'm1',
  name: 'Support',
  allowemailconnectortousecredentials: true,
  username: 'support',
  password: box.seal('pa55', 'mailbox/m1/password'),
};
const profile: RecordOf<'emailserverprofile'> = {
  emailserverprofileid: 'p1',
  name: 'Provider',
  servertype: 1,
  incomingserverlocation: 'pop.example.com',
  outgoingserverlocation: 'smtp.example.com',
};

function refusal(work: () => unknown): MailroomError {
  try {
    work();
  } catch (error) {
    if (error instanceof MailroomError) return error;
  }
  throw new Error('nothing was refused');
}

test('CN-07, CN-13: ports and security follow the profile; TLS from the start on 995 and 465, STARTTLS elsewhere', () => {
  const table = [
    ['incoming', { incomingportnumber: 995 }, 995, 'tls'],
    ['incoming', {}, 995, 'tls'],
    ['incoming', { incomingportnumber: 110 }, 110, 'starttls'],
    ['incoming', { incomingusessl: false }, 110, 'none'],
    ['incoming', { incomingportnumber: 1995, mr_incomingsecurity: 100000001 }, 1995, 'tls'],
    ['outgoing', {}, 587, 'starttls'],
    ['outgoing', { outgoingportnumber: 465 }, 465, 'tls'],
    ['outgoing', { outgoingportnumber: 465, mr_outgoingsecurity: 100000002 }, 465, 'starttls'],
    ['outgoing', { outgoingusessl: false }, 25, 'none'],
  ] as const;
  for (const [direction, extra, port, security] of table) {
    const endpoint = endpointFor(direction, mailbox, { ...profile, ...extra }, box, undefined);
    assert.deepEqual([endpoint.port, endpoint.security], [port, security], JSON.stringify(extra));
  }
});

test('CN-11: credentials given by user or queue need all three, else 8005E209', () => {
  assert.deepEqual(endpointFor('incoming', mailbox, profile, box, undefined).signIn, {
    kind: 'password',
    username: 'support',
    password: 'pa55',
  });
  for (const missing of [{ username: '' }, { password: null }, { allowemailconnectortousecredentials: false }]) {
    assert.equal(
      refusal(() => endpointFor('incoming', { ...mailbox, ...missing }, profile, box, undefined)).code,
      '8005E209',
    );
  }
});

test('EP-08: anonymous is possible for sending; an unknown way of signing in is refused with what to choose', () => {
  assert.deepEqual(
    endpointFor('outgoing', mailbox, { ...profile, outgoingcredentialretrieval: 4 }, box, undefined).signIn,
    { kind: 'none' },
  );
  assert.equal(
    refusal(() => endpointFor('outgoing', mailbox, { ...profile, outgoingcredentialretrieval: 3 }, box, undefined))
      .code,
    '8005E23B',
  );
});

test('EP-22: a sealed password moved to another mailbox does not open', () => {
  const moved = { ...mailbox, mailboxid: 'm2' };
  assert.equal(refusal(() => endpointFor('incoming', moved, profile, box, undefined)).code, 'mr_SecretUnreadable');
});

test('CN-05, CN-06: with a token the user is the one of the mailbox; "recent:" of Gmail goes to POP3 alone', () => {
  const user = (direction: 'incoming' | 'outgoing', servertype: number, of: RecordOf<'mailbox'>) => {
    const { signIn } = endpointFor(direction, of, { ...profile, servertype }, box, undefined, 'a token');
    return signIn.kind === 'oauth' ? `${signIn.username} with ${signIn.accessToken}` : signIn.kind;
  };
  const recent = { ...mailbox, username: 'recent:ada@gmail.example' };
  assert.equal(user('incoming', 1, recent), 'recent:ada@gmail.example with a token');
  assert.equal(user('incoming', 4, recent), 'ada@gmail.example with a token');
  assert.equal(user('outgoing', 1, recent), 'ada@gmail.example with a token');
  assert.equal(
    user('incoming', 4, { mailboxid: 'm1', emailaddress: 'own@gmail.example' }),
    'own@gmail.example with a token',
  );
});

test('PAIN-10: a mailbox that others share is read over IMAP at the folder that it names', () => {
  const shared = { ...mailbox, mr_inboxfolder: 'shared/support' };
  assert.equal(endpointFor('incoming', shared, { ...profile, servertype: 4 }, box, undefined).inbox, 'shared/support');
  assert.equal(endpointFor('outgoing', shared, { ...profile, servertype: 4 }, box, undefined).inbox, undefined);
});
