import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { linesOf, type MailFolder, moveOf } from '../../admin/views/mailboxes/folder-lines.ts';

const folder = (Id: string, ParentId: string | null, CanBeTracked = true): MailFolder => ({
  Id,
  Name: Id,
  ParentId,
  Path: Id,
  CanBeTracked,
  ItemCount: null,
  RuleId: null,
});
const folders = [
  folder('a', null),
  folder('a1', 'a'),
  folder('a11', 'a1'),
  folder('b', null),
  folder('x', null, false),
];
const names = (closed: readonly string[]): readonly string[] =>
  linesOf(folders, new Set(closed)).map((line) => `${' '.repeat(line.depth)}${line.folder.Name}`);

describe('UI-12: the tree of folders', () => {
  test('folders stand below the one that holds them; a closed one hides what it holds', () => {
    assert.deepEqual(names([]), ['a', ' a1', '  a11', 'b']);
    assert.deepEqual(names(['a1']), ['a', ' a1', 'b']);
    assert.deepEqual(names(['a', 'a1']), ['a', 'b']);
  });

  test('keys move, open, close and choose as in any tree', () => {
    const open = linesOf(folders, new Set());
    const closed = linesOf(folders, new Set(['a']));
    const cases: readonly (readonly [
      lines: typeof open,
      focused: string,
      key: string,
      kind: string | undefined,
      id?: string,
    ])[] = [
      [open, 'a', 'ArrowDown', 'focus', 'a1'],
      [open, 'b', 'ArrowDown', undefined],
      [open, 'b', 'ArrowUp', 'focus', 'a11'],
      [open, 'a', 'ArrowUp', undefined],
      [open, 'a11', 'Home', 'focus', 'a'],
      [open, 'a', 'End', 'focus', 'b'],
      [closed, 'a', 'End', 'focus', 'b'],
      [closed, 'a', 'ArrowRight', 'open', 'a'],
      [open, 'a', 'ArrowRight', 'focus', 'a1'],
      [open, 'b', 'ArrowRight', undefined],
      [open, 'a', 'ArrowLeft', 'close', 'a'],
      [open, 'a11', 'ArrowLeft', 'focus', 'a1'],
      [open, 'b', 'ArrowLeft', undefined],
      [open, 'a1', 'Enter', 'choose', 'a1'],
      [open, 'a1', ' ', 'choose', 'a1'],
      [open, 'a1', 'b', 'focus', 'b'],
      [open, 'b', 'A', 'focus', 'a'],
      [open, 'b', 'z', undefined],
      [open, 'gone', 'ArrowDown', undefined],
      [open, 'a', 'Tab', undefined],
    ];
    for (const [lines, focused, key, kind, id] of cases) {
      const move = moveOf(lines, focused, key);
      assert.deepEqual(move && [move.kind, move.id], kind && [kind, id], `${key} at ${focused}`);
    }
  });
});
