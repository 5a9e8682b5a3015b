import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isInboxFolder, isOwnFolder, pathInMailbox, placeOf } from '../../../src/connectors/imap/imap-place.ts';

const courier = {
  personal: [{ prefix: 'INBOX.', delimiter: '.' }],
  other: [],
  shared: [{ prefix: 'shared.', delimiter: '.' }],
};
const cyrus = {
  personal: [{ prefix: '', delimiter: '/' }],
  other: [{ prefix: 'Other Users/', delimiter: '/' }],
  shared: [{ prefix: 'Shared Folders/', delimiter: '/' }],
};

test('RFC 2342: folders of the own mailbox bear the server prefix, those of others are told apart', () => {
  const place = placeOf(courier, undefined);
  assert.equal(pathInMailbox(place, 'Archive/Done'), 'INBOX.Archive.Done');
  assert.equal(isOwnFolder(place, 'INBOX.Sent'), true);
  assert.equal(isOwnFolder(place, 'shared.Sent'), false);
  assert.equal(pathInMailbox(placeOf(cyrus, 'inbox'), 'Undeliverable'), 'Undeliverable');
  assert.deepEqual(placeOf({ personal: [], other: [], shared: [] }, undefined).root, '');
});

test('RFC 2342: in the mailbox of somebody else, folders lie below its inbox or beside it', () => {
  const below = placeOf(cyrus, 'Other Users/support');
  assert.equal(pathInMailbox(below, 'Undeliverable'), 'Other Users/support/Undeliverable');
  assert.deepEqual(
    ['INBOX', 'Sent', 'Other Users/support', 'Other Users/support/Sent', 'Other Users/supporter'].map((path) =>
      isOwnFolder(below, path),
    ),
    [false, false, true, true, false],
  );
  const beside = placeOf(cyrus, 'shared/support/INBOX');
  assert.equal(pathInMailbox(beside, 'Sent'), 'shared/support/Sent');
  assert.equal(isInboxFolder(beside, 'shared/support'), true);
  assert.equal(isInboxFolder(beside, 'shared'), false);
});
