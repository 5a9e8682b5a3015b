import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { FolderItem, FolderTracker, FolderTree } from '../../src/contracts/folder-tracker.ts';

/** A server as the suite steers it; folders are named by their lasting id. */
export interface FolderServer {
  /** Opens the mailbox anew. */
  open(): Promise<FolderTracker>;
  /** Makes a folder below another and gives its id. */
  makeFolder(parentId: string, name: string): Promise<string>;
  renameFolder(id: string, name: string): Promise<void>;
  moveFolder(id: string, parentId: string): Promise<void>;
  deleteFolder(id: string): Promise<void>;
  /** Puts a message of this Message-ID (without brackets) into a folder. */
  add(folderId: string, messageId: string): Promise<void>;
  move(messageId: string, toFolderId: string): Promise<void>;
  remove(messageId: string): Promise<void>;
  /** What a person sees on the message. */
  categories(messageId: string): Promise<readonly string[]>;
  setCategories(messageId: string, categories: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

const quiet = new AbortController().signal;

/** The end of a folder's id, fit for a Message-ID. */
const tail = (id: string): string => id.replace(/\W/g, '').slice(-5);

/** What every FolderTracker must do, whatever the protocol (chapters FT, CT). */
export function folderTrackerContract(options: {
  readonly name: string;
  readonly skip: string | false;
  readonly start: () => Promise<FolderServer>;
  /** False for a server whose folders lose their id when they are renamed or moved. */
  readonly hasLastingIds: boolean;
  /** True for a server that keeps no account of changes: a folder is always listed as a whole. */
  readonly listsWhole?: boolean;
}): void {
  describe(`folder tracker contract: ${options.name}`, { skip: options.skip }, () => {
    let server: FolderServer;
    let count = 0;
    before(async () => {
      server = await options.start();
    });
    after(() => server?.stop());

    const nextName = (): string => `Folder ${++count}`;
    const inboxOf = (tree: FolderTree): string => {
      const inbox = tree.folders.find(({ role }) => role === 'inbox');
      assert.ok(inbox);
      return inbox.id;
    };
    const below = async () => {
      const tracker = await server.open();
      const tree = await tracker.folders(undefined, quiet);
      return { tracker, tree, id: await server.makeFolder(inboxOf(tree), nextName()) };
    };
    const read = async (tracker: FolderTracker, id: string, cursor: string | null) => {
      const seen = { items: [] as FolderItem[], goneIds: [] as string[], startsAnew: false, cursor: cursor ?? '' };
      for await (const page of tracker.changes(id, cursor, quiet)) {
        seen.items.push(...page.items);
        seen.goneIds.push(...page.goneIds);
        seen.startsAnew ||= page.startsAnew;
        seen.cursor = page.cursor;
      }
      return seen;
    };

    test('FT-18: the folders with their roles; what did not change comes back itself', async () => {
      const { tracker, tree, id } = await below();
      assert.equal(tree.folders.filter(({ role }) => role === 'inbox').length, 1);
      const next = await tracker.folders(tree, quiet);
      const made = next.folders.find((folder) => folder.id === id);
      assert.equal(made?.parentId, inboxOf(next));
      assert.equal(await tracker.folders(next, quiet), next);
      const anew = await (await server.open()).folders(undefined, quiet);
      assert.deepEqual(anew.folders.map((folder) => folder.id).sort(), next.folders.map((folder) => folder.id).sort());
    });

    test('FT-05, FT-06: renamed and moved a folder keeps its id; deleted it is gone', {
      skip: options.hasLastingIds ? false : 'ids of folders do not last there',
    }, async () => {
      const { tracker, id } = await below();
      const first = await tracker.folders(undefined, quiet);
      await server.renameFolder(id, 'Renamed');
      const renamed = await tracker.folders(first, quiet);
      assert.equal(renamed.folders.find((folder) => folder.id === id)?.name, 'Renamed');
      const other = await server.makeFolder(inboxOf(first), nextName());
      await server.moveFolder(id, other);
      const moved = await tracker.folders(renamed, quiet);
      assert.equal(moved.folders.find((folder) => folder.id === id)?.parentId, other);
      await server.deleteFolder(id);
      const left = await tracker.folders(moved, quiet);
      assert.equal(
        left.folders.find((folder) => folder.id === id),
        undefined,
      );
      await assert.rejects(read(tracker, id, null), { kind: 'notFound' });
    });

    test('FT-07, FT-09: what came into a folder and what left it since a cursor', async () => {
      const { tracker, id } = await below();
      const { id: elsewhere } = await below();
      const [one, two] = [`${tail(id)}.1@contract.example`, `${tail(id)}.2@contract.example`];
      await server.add(id, one);
      const first = await read(tracker, id, null);
      assert.equal(first.startsAnew, true);
      assert.deepEqual(
        first.items.map((item) => [item.messageId, item.isMail]),
        [[one, true]],
      );
      await server.add(elsewhere, two);
      await server.move(two, id);
      const second = await read(tracker, id, first.cursor);
      assert.equal(second.startsAnew, options.listsWhole === true);
      assert.deepEqual(
        second.items.map(({ messageId }) => messageId),
        options.listsWhole ? [one, two] : [two],
      );
      await server.move(one, elsewhere);
      await server.remove(two);
      const third = await read(tracker, id, second.cursor);
      const gone = [first.items[0]?.serverId, second.items.at(-1)?.serverId].toSorted();
      if (options.listsWhole) assert.deepEqual([third.startsAnew, third.items], [true, []]);
      else assert.deepEqual(third.goneIds.toSorted(), gone);
      const fourth = await read(tracker, id, third.cursor);
      assert.deepEqual([fourth.items, fourth.goneIds], [[], []]);
      assert.equal((await read(tracker, elsewhere, null)).items.length, 1);
    });

    test('FT-07, FT-09: the stamp of a folder differs once something came into it or left it, and of no other', async (t) => {
      const { tracker, id } = await below();
      const { id: elsewhere } = await below();
      const stamps = async () => tracker.stamps?.([id, elsewhere, 'no folder'], quiet);
      const first = await stamps();
      if (first === undefined) return t.skip('asking is no cheaper than reading');
      assert.deepEqual([...first.keys()], [id, elsewhere]);
      const messageId = `${tail(id)}.stamp@contract.example`;
      const seen = [first.get(id)];
      for (const change of [
        () => server.add(id, messageId),
        () => server.move(messageId, elsewhere),
        () => server.move(messageId, id),
        () => server.remove(messageId),
      ]) {
        await change();
        seen.push((await stamps())?.get(id));
      }
      assert.equal(new Set(seen).size, 5, seen.join(', '));
      const before = (await stamps())?.get(elsewhere);
      await server.add(id, `${tail(id)}.stamped@contract.example`);
      assert.equal((await stamps())?.get(elsewhere), before);
    });

    test('FT-07: a cursor that the server does not know starts anew', async () => {
      const { tracker, id } = await below();
      await server.add(id, `${tail(id)}.3@contract.example`);
      const anew = await read(tracker, id, 'no cursor of this server');
      assert.equal(anew.startsAnew, true);
      assert.equal(anew.items.length, 1);
    });

    test('IN-07: the bytes of what a folder holds can be fetched', async () => {
      const { tracker, id } = await below();
      const messageId = `${tail(id)}.4@contract.example`;
      await server.add(id, messageId);
      const { items } = await read(tracker, id, null);
      for await (const fetched of tracker.fetch(items, quiet)) {
        assert.ok('raw' in fetched);
        assert.ok(fetched.raw.toString('latin1').includes(messageId));
      }
    });

    test('CT-01, CT-06: the category is made once and known by its id', async () => {
      const { tracker } = await below();
      if (tracker.ensureCategory === undefined) return;
      const made = await tracker.ensureCategory(undefined, 'Tracked & kept', quiet);
      assert.deepEqual(await tracker.ensureCategory(made, 'Tracked & kept', quiet), made);
      assert.deepEqual(await tracker.ensureCategory(undefined, 'Tracked & kept', quiet), made);
    });

    test('CT-03 to CT-05: marks are put on and taken off, and seen; other categories stay', async () => {
      const { tracker, tree, id } = await below();
      const { mark } = tracker;
      if (mark === undefined || tracker.changedItems === undefined) return;
      const category = (await tracker.ensureCategory?.(undefined, 'Tracked', quiet))?.name ?? 'Tracked';
      const folderIds = [id, inboxOf(tree)];
      const since = new Date(0);
      const look = async (cursor: string | null) => {
        const items: FolderItem[] = [];
        let next = cursor;
        for await (const page of tracker.changedItems?.({ folderIds, category, since }, cursor, quiet) ?? []) {
          items.push(...page.items);
          next = page.cursor ?? next;
        }
        return { items, cursor: next };
      };
      const [one, two] = [`${tail(id)}.5@contract.example`, `${tail(id)}.6@contract.example`];
      await server.add(id, one);
      await server.add(id, two);
      await server.setCategories(one, ['Blue', category]);
      const first = await look(null);
      assert.deepEqual(
        first.items.map(({ messageId }) => messageId),
        [one],
      );
      const { items } = await read(tracker, id, null);
      const item = (messageId: string) => items.find((found) => found.messageId === messageId)?.serverId ?? '';
      const outcomes = await tracker.mark?.(
        [
          { serverId: item(one), category, isOn: false },
          { serverId: item(two), category, isOn: true, emailId: 'an id' },
        ],
        quiet,
      );
      assert.deepEqual(outcomes, ['done', 'done']);
      assert.deepEqual(await server.categories(one), ['Blue']);
      assert.deepEqual(await server.categories(two), [category]);
      const seen = await look(first.cursor);
      const bears = new Map(seen.items.map((found) => [found.messageId, found.categories.includes(category)]));
      assert.deepEqual([bears.get(one), bears.get(two)], [false, true]);
      await server.remove(two);
      assert.deepEqual(await tracker.mark?.([{ serverId: item(two), category, isOn: true }], quiet), ['gone']);
    });
  });
}
