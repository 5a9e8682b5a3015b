import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { FolderTree, MailFolder } from '../../../../src/contracts/folder-tracker.ts';
import { type FolderRule, judgeRules } from '../../../../src/pipelines/incoming/tracking/judge-rules.ts';

const folder = (id: string, parentId: string | undefined, role: MailFolder['role'] = 'other'): MailFolder => ({
  id,
  parentId,
  name: `name of ${id}`,
  role,
  itemCount: 0,
});
const tree: FolderTree = {
  state: '',
  folders: [
    folder('inbox', undefined, 'inbox'),
    folder('sent', undefined, 'sent'),
    folder('a', 'inbox'),
    folder('b', 'a'),
    folder('c', 'b'),
    folder('archive', undefined),
    folder('old', 'archive'),
  ],
};
let made = 0;
const rule = (folderId: string, more: Partial<FolderRule> = {}): FolderRule => {
  made += 1;
  return {
    id: `rule ${made}`,
    folderId,
    regarding: undefined,
    includesSubfolders: false,
    createdOn: new Date(made * 1000),
    ...more,
  };
};
const statesOf = (rules: readonly FolderRule[], most = 25) =>
  judgeRules(rules, tree, most).rules.map(({ state }) => state);
const trackedOf = (rules: readonly FolderRule[]) =>
  judgeRules(rules, tree, 25).folders.map((one) => [one.folder.id, one.rule.folderId]);

test('FT-04: only folders below the inbox, not the inbox itself', () => {
  assert.deepEqual(statesOf([rule('a'), rule('c'), rule('inbox'), rule('sent'), rule('archive'), rule('old')]), [
    'tracked',
    'tracked',
    'outside',
    'outside',
    'outside',
    'outside',
  ]);
});

test('FT-04: subfolders need rules of their own, unless the rule includes them', () => {
  assert.deepEqual(trackedOf([rule('a')]), [['a', 'a']]);
  assert.deepEqual(trackedOf([rule('a', { includesSubfolders: true })]), [
    ['a', 'a'],
    ['b', 'a'],
    ['c', 'a'],
  ]);
  assert.deepEqual(trackedOf([rule('a', { includesSubfolders: true }), rule('b')]), [
    ['a', 'a'],
    ['b', 'b'],
    ['c', 'a'],
  ]);
});

test('FT-05, FT-17: an id that the server does not have is told as unknown', () => {
  const [judged] = judgeRules([rule('gone')], tree, 25).rules;
  assert.equal(judged?.state, 'unknown');
  assert.match(judged?.reason ?? '', /no folder of this id/);
});

test('FT-05: renaming keeps the rule, and its path follows', () => {
  const renamed = { ...tree, folders: tree.folders.map((one) => (one.id === 'a' ? { ...one, name: 'New' } : one)) };
  const [judged] = judgeRules([rule('b')], renamed, 25).rules;
  assert.equal(judged?.state, 'tracked');
  assert.equal(judged?.path, 'name of inbox / New / name of b');
});

test('FT-06: a folder moved out of the inbox makes its rule invalid, moved back valid again', () => {
  const away = {
    ...tree,
    folders: tree.folders.map((one) => (one.id === 'a' ? { ...one, parentId: 'archive' } : one)),
  };
  const rules = [rule('a'), rule('b')];
  assert.deepEqual(
    judgeRules(rules, away, 25).rules.map(({ state }) => state),
    ['outside', 'outside'],
  );
  assert.deepEqual(judgeRules(rules, away, 25).folders, []);
  assert.deepEqual(statesOf(rules), ['tracked', 'tracked']);
});

test('FT-03: beyond the limit the older rules count; invalid ones take no place', () => {
  assert.deepEqual(statesOf([rule('gone'), rule('a'), rule('b'), rule('c')], 2), [
    'unknown',
    'tracked',
    'tracked',
    'beyond',
  ]);
  const [younger, older] = [rule('a', { createdOn: new Date(9e9) }), rule('b', { createdOn: new Date(8e9) })];
  const judged = judgeRules([younger, older], tree, 1);
  assert.deepEqual(
    judged.folders.map((one) => one.folder.id),
    ['b'],
  );
});

test('FT-16: two rules of one folder, as while one is being replaced: the older counts', () => {
  assert.deepEqual(statesOf([rule('a'), rule('a')]), ['tracked', 'double']);
});

test('a server that tells a circle of folders does no harm', () => {
  const circle = { state: '', folders: [folder('x', 'y'), folder('y', 'x')] };
  assert.equal(judgeRules([rule('x')], circle, 25).rules[0]?.state, 'outside');
});

test('FT-04: whatever the tree, what is tracked lies below the inbox and is tracked by the nearest rule above', () => {
  const forest = fc.array(fc.integer({ min: -1, max: 12 }), { minLength: 1, maxLength: 13 }).map((parents) => ({
    state: '',
    folders: [
      folder('inbox', undefined, 'inbox'),
      ...parents.map((above, at) =>
        folder(`f${at}`, above < 0 ? 'inbox' : above === 12 ? undefined : above < at ? `f${above}` : 'nowhere'),
      ),
    ],
  }));
  const chosen = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 14 }), fc.boolean()), {
    selector: ([at]) => at,
    maxLength: 6,
  });
  fc.assert(
    fc.property(forest, chosen, (folders, picks) => {
      const rules = picks.map(([at, deep]) => rule(`f${at}`, { includesSubfolders: deep }));
      const judged = judgeRules(rules, folders, 25);
      const byId = new Map(folders.folders.map((one) => [one.id, one]));
      const expected = folders.folders.flatMap((one) => {
        const above: string[] = [];
        for (let at: MailFolder | undefined = one; at !== undefined; at = byId.get(at.parentId ?? ''))
          above.push(at.id);
        if (above.length < 2 || above.at(-1) !== 'inbox') return [];
        const nearest =
          rules.find(({ folderId }) => folderId === one.id) ??
          above.slice(1).flatMap((id) => rules.filter((r) => r.folderId === id && r.includesSubfolders))[0];
        return nearest === undefined ? [] : [[one.id, nearest.folderId]];
      });
      assert.deepEqual(
        judged.folders.map((one) => [one.folder.id, one.rule.folderId]),
        expected,
      );
    }),
    { numRuns: 300 },
  );
});
