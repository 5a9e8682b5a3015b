import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { itemOfMessage } from '../../../testbed/exchange/items/item-of-message.ts';
import { changesOf, startOf } from '../../../testbed/exchange/store/folder-changes.ts';
import { makeId, readId } from '../../../testbed/exchange/store/item-id.ts';
import { Mailbox } from '../../../testbed/exchange/store/mailbox.ts';
import { SortedList } from '../../../testbed/exchange/store/sorted-list.ts';
import type { SyncPoint } from '../../../testbed/exchange/store/sync-state.ts';
import { mailText } from './support/mail-text.ts';

describe('exchange simulator: sorted list', () => {
  test('is what sorting an array gives, whatever is added and taken away', () => {
    const step = fc.record({
      key: fc.integer({ min: 0, max: 60 }),
      tie: fc.integer({ min: 0, max: 40 }),
      out: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 1500, size: 'max' }), fc.integer({ min: 0, max: 60 }), (steps, key) => {
        const list = new SortedList<{ key: number; tie: number }>(
          (one) => one.key,
          (one) => one.tie,
        );
        const model = new Map<string, { key: number; tie: number }>();
        for (const { key: at, tie, out } of steps) {
          const name = `${at} ${tie}`;
          const known = model.get(name);
          if (out) assert.equal(list.delete(known ?? { key: at, tie }), known !== undefined);
          if (out) model.delete(name);
          else if (known === undefined) {
            const entry = { key: at, tie };
            model.set(name, entry);
            list.add(entry);
          }
        }
        const sorted = [...model.values()].sort((a, b) => a.key - b.key || a.tie - b.tie);
        assert.deepEqual([...list], sorted);
        assert.equal(list.size, sorted.length);
        assert.deepEqual(
          [...list.above(key)],
          sorted.filter((one) => one.key > key),
        );
        assert.deepEqual([...list.below(key)], sorted.filter((one) => one.key < key).reverse());
        const from = Math.floor(sorted.length / 3);
        assert.deepEqual(list.slice(from, 7, false), sorted.slice(from, from + 7));
        assert.deepEqual(list.slice(from, 7, true), [...sorted].reverse().slice(from, from + 7));
      }),
      { numRuns: 40 },
    );
  });
});

type Deed = 'deliver' | 'change' | 'read' | 'delete' | 'move' | 'sync';

describe('exchange simulator: what a sync tells', () => {
  test('a client that applies every change has what the folder has, and is never told of what it does not know', () => {
    const deed = fc.record({
      kind: fc.constantFrom<Deed>('deliver', 'deliver', 'change', 'read', 'delete', 'move', 'sync', 'sync'),
      pick: fc.nat(),
      size: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), fc.array(deed, { maxLength: 60 }), (early, deeds) => {
        const mailbox = new Mailbox(1, 'a@x.example', () => 0);
        const inbox = mailbox.folderNamed('inbox');
        const deliver = (): void => void mailbox.addItem(inbox, itemOfMessage(mailText('one'), { now: 0 }));
        for (let count = 0; count < early; count += 1) deliver();
        const first = new Set([...inbox.byArrival].map(({ id }) => id));
        const known = new Map<string, number>();
        let point: SyncPoint = startOf(mailbox.seq);
        const sync = (size: number): boolean => {
          const page = changesOf(inbox, point, size, new Set());
          assert.ok(page.changes.length <= size);
          for (const change of page.changes) {
            if (change.kind === 'Delete') {
              // What lay there at the start and went before its turn in the first listing may be told to a client that never saw it.
              assert.ok(known.delete(change.itemId) || first.has(change.itemId));
              continue;
            }
            assert.equal(known.has(change.item.id), change.kind !== 'Create', change.kind);
            known.set(change.item.id, change.item.changeKey);
          }
          point = page.next;
          return page.isLast;
        };
        for (const { kind, pick, size } of deeds) {
          const item = [...inbox.byArrival][pick % Math.max(1, inbox.total)];
          if (kind === 'deliver') deliver();
          else if (kind === 'sync') sync(size);
          else if (item === undefined) continue;
          else if (kind === 'change') mailbox.changeItem(item, () => undefined);
          else if (kind === 'read') mailbox.changeItem(item, () => undefined, true);
          else if (kind === 'delete') mailbox.removeItem(item);
          else mailbox.moveItem(item, mailbox.folderNamed('drafts'));
        }
        while (!sync(2));
        assert.deepEqual(known, new Map([...inbox.byArrival].map(({ id, changeKey }) => [id, changeKey])));
      }),
      { numRuns: 300 },
    );
  });
});

describe('exchange simulator: ids', () => {
  test('an id gives back what it names, and nothing else is an id', () => {
    const target = fc.record({
      kind: fc.constantFrom('folder' as const, 'item' as const, 'attachment' as const, 'occurrence' as const),
      mailbox: fc.nat(),
      serial: fc.nat(),
      part: fc.nat(),
    });
    fc.assert(fc.property(target, (one) => assert.deepEqual(readId(makeId(one)), { ...one })));
    fc.assert(fc.property(fc.base64String(), (text) => assert.equal(readId(text), undefined)));
  });
});
