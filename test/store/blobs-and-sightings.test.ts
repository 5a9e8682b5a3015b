import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { heldClock } from '../support/clock.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

const clock = heldClock();
const hour = 3_600_000;
const sha256 = (body: Uint8Array) => createHash('sha256').update(body).digest('hex');

describe('blobs and sightings', () => {
  let test: TestDatabase;
  before(async () => {
    test = await openTestDatabase({ clock });
  });
  after(() => test.close());

  it('AT-04: equal bytes are stored once, keys come in order', async () => {
    const { blobs } = test.database;
    const bodies = [
      Buffer.from('b'),
      Buffer.from('a'),
      Buffer.from('b'),
      Buffer.alloc(0),
      new Uint8Array([1, 2, 3]).subarray(1),
    ];
    assert.deepEqual(await blobs.put(bodies), bodies.map(sha256));
    assert.deepEqual(await blobs.put(bodies), bodies.map(sha256));
    for (const body of bodies) assert.deepEqual(await blobs.get(sha256(body)), Buffer.from(body));
    const [stored] = await test.database.sql<{ n: bigint }>('select count(*) as n from mr_blob');
    assert.equal(stored?.n, 4n);
    assert.equal(await blobs.get('none'), undefined);
    assert.deepEqual(await blobs.put([]), []);
  });

  it('AT-04: a body stored ahead is the same as one that is put, and commits after it wait for the disk again', async () => {
    const { blobs, sql } = test.database;
    const body = Buffer.alloc(300_000, 'ahead');
    await blobs.putAhead({ bytes: body, sha256: sha256(body) });
    await blobs.putAhead({ bytes: body, sha256: sha256(body) });
    assert.deepEqual(await blobs.put([body]), [sha256(body)]);
    assert.deepEqual(await blobs.get(sha256(body)), body);
    const stored = await sql<{ size: number }>('select size from mr_blob where key = $1', [sha256(body)]);
    assert.deepEqual(stored, [{ size: body.length }]);
    const settings = await Promise.all(
      Array.from({ length: 20 }, () =>
        sql<{ source: string }>("select source from pg_settings where name = 'synchronous_commit'"),
      ),
    );
    assert.ok(
      settings.every(([row]) => row?.source !== 'session'),
      'no connection keeps the setting',
    );
    await sql('delete from mr_blob where key = $1', [sha256(body)]);
  });

  it('AT-04: a body is kept in pieces and read from any place on; nothing is left of one that was there already or is gone', async () => {
    const { blobs, records, sql } = test.database;
    await sql('delete from mr_blobpiece');
    await sql('delete from mr_blob');
    const pieces = async () => Number((await sql<{ n: bigint }>('select count(*) as n from mr_blobpiece'))[0]?.n);
    const bodies = [7999, 8000, 8001, 24_000].map((size) =>
      Buffer.from(Array.from({ length: size }, (_, at) => (at * 7919 + size) % 251)),
    );
    const [first, , , last = Buffer.alloc(0)] = bodies;
    await blobs.putAhead({ bytes: last, sha256: sha256(last) });
    await blobs.putAhead({ bytes: last, sha256: sha256(last) });
    assert.equal(await pieces(), 3);
    await blobs.put(bodies);
    await blobs.put(bodies);
    assert.equal(await pieces(), 7);
    for (const body of bodies) assert.deepEqual(await blobs.get(sha256(body)), body);
    for (const [from, length] of [
      [0, 8000],
      [7999, 2],
      [8000, 8000],
      [15_990, 20],
      [23_999, 10],
      [24_000, 10],
    ] as const) {
      const read = await blobs.read(sha256(last), from, length);
      assert.deepEqual(read, { bytes: Buffer.from(last.subarray(from, from + length)), sizeBytes: 24_000 });
    }
    await records.create('email', { mr_rawblob: sha256(first as Buffer) });
    await clock.advance(3 * hour);
    assert.equal(await blobs.sweep(new Date(clock.now().getTime() - hour)), 3);
    assert.equal(await pieces(), 1);
  });

  it('AT-04: base64 is kept as the bytes it stands for, and the message and its files are read from any place on', async () => {
    const { blobs, sql } = test.database;
    const files = [90_000, 57 * 700].map((size) =>
      Buffer.from(Array.from({ length: size }, (_, at) => (at * at) % 251)),
    );
    const texts = files.map((file) => file.toString('base64').replace(/.{76}/g, '$&\r\n'));
    const heads = ['Subject: two\r\n\r\n', '\r\n--x\r\nContent-Type: b\r\n\r\n'];
    const message = (number: number) =>
      Buffer.from(`${heads[0]}${texts[0]}${heads[1]}${texts[1]}\r\n--x--\r\n${number}\r\n`);
    const [ahead, along] = [message(1), message(2)];
    await blobs.putAhead({ bytes: ahead, sha256: sha256(ahead) });
    await test.database.transaction((scope) => scope.blobs.put([along, Buffer.from('small'), ahead]));
    const stored = await sql<{ bytes: bigint }>(
      `select sum(length(p.bytes)) as bytes from mr_blob b join mr_blobpiece p on p.blob = b.pieces
       where b.key = any($1) group by b.key`,
      [[ahead, along].map(sha256)],
    );
    const least = files.reduce((sum, file) => sum + file.length, 0);
    assert.equal(stored.length, 2);
    for (const { bytes } of stored) assert.ok(Number(bytes) >= least && Number(bytes) < least + 400, `${bytes}`);
    const start = (heads[0]?.length ?? 0) + (texts[0]?.length ?? 0) + (heads[1]?.length ?? 0);
    for (const body of [ahead, along]) {
      assert.deepEqual(await blobs.get(sha256(body)), body);
      for (const [from, length] of [
        [0, 100],
        [10, 79_000],
        [121_000, 5_000],
        [start - 10, 20],
        [body.length - 3, 9],
        [body.length, 1],
      ] as const) {
        const bytes = Buffer.from(body.subarray(from, from + length));
        assert.deepEqual(await blobs.read(sha256(body), from, length), { bytes, sizeBytes: body.length });
      }
    }
    const [, file = Buffer.alloc(0)] = files;
    const part = {
      within: along,
      start,
      length: texts[1]?.length ?? 0,
      sizeBytes: file.length,
      sha256: sha256(file),
      lines: { chars: 76, end: 2 },
    };
    await blobs.put([part, along]);
    assert.deepEqual(await blobs.get(sha256(file)), file);
    const read = await blobs.read(sha256(file), 20_001, 10_001);
    assert.deepEqual(read?.bytes, Buffer.from(file.subarray(20_001, 30_002)));
    // What stood in a message and comes by itself has its own bytes from then on.
    await blobs.put([file]);
    assert.deepEqual(await blobs.get(sha256(file)), file);
  });

  it('AT-04: large bodies and many of them, from several transactions at once', async () => {
    const large = Array.from({ length: 5 }, (_, index) => Buffer.alloc(3_000_000, index));
    const many = Array.from({ length: 450 }, (_, index) => Buffer.from(`body ${index}`));
    const put = (bodies: readonly Buffer[]) => test.database.transaction((scope) => scope.blobs.put(bodies));
    await Promise.all([put([...large, ...many]), put([...many].reverse()), put([...large].reverse())]);
    assert.equal((await test.database.blobs.get(sha256(large[4] as Buffer)))?.length, 3_000_000);
  });

  it('AT-04: a sweep takes what no row points at and nobody put lately', async () => {
    const { blobs, records, sql } = test.database;
    await sql('delete from mr_blob');
    const [used, unused, again] = await blobs.put([Buffer.from('used'), Buffer.from('unused'), Buffer.from('again')]);
    await records.create('email', { mr_rawblob: used ?? '' });
    await clock.advance(3 * hour);
    await blobs.put([Buffer.from('again')]);
    assert.equal(await blobs.sweep(new Date(clock.now().getTime() - hour)), 1);
    assert.equal(await blobs.get(unused ?? ''), undefined);
    assert.ok(await blobs.get(used ?? ''));
    assert.ok(await blobs.get(again ?? ''));
  });

  it('AT-04: what stands in a message is found there, as it is or as base64, from any place on', async () => {
    const { blobs, sql } = test.database;
    const file = Buffer.from(Array.from({ length: 1000 }, (_, index) => (index * 7) % 251));
    const [plain, base64] = ['head\r\n\r\nas it is\r\n', file.toString('base64').replace(/.{76}/g, '$&\r\n')];
    const message = Buffer.from(`${plain}${base64}\r\n`);
    const encoded = {
      within: message,
      start: plain.length,
      length: base64.length,
      sizeBytes: file.length,
      sha256: sha256(file),
      lines: { chars: 76, end: 2 },
    };
    const words = Buffer.from('as it is');
    const bare = { within: message, start: 8, length: 8, sizeBytes: 8, sha256: sha256(words) };
    const [rawKey = '', fileKey = '', wordsKey = ''] = await blobs.put([message, encoded, bare]);
    assert.deepEqual([rawKey, fileKey, wordsKey], [message, file, words].map(sha256));
    assert.deepEqual(await blobs.put([encoded, message]), [fileKey, rawKey]);
    assert.deepEqual(await blobs.get(fileKey), file);
    assert.deepEqual(await blobs.get(wordsKey), words);
    for (const [from, length] of [
      [0, 0],
      [0, 1],
      [1, 2],
      [55, 5],
      [57, 57],
      [998, 10],
      [999, 1],
      [1000, 5],
      [2000, 5],
    ] as const) {
      const read = await blobs.read(fileKey, from, length);
      assert.deepEqual(read, { bytes: Buffer.from(file.subarray(from, from + length)), sizeBytes: 1000 });
    }
    const [stored] = await sql<{ bytes: bigint }>(
      'select sum(octet_length(bytes)) as bytes from mr_blob join mr_blobpiece on blob = pieces where key = any($1)',
      [[rawKey, fileKey, wordsKey]],
    );
    assert.equal(Number(stored?.bytes), message.length);
  });

  it('AT-04: a message stays while a file in it is used, and has its bytes where others stand in it', async () => {
    const { blobs, records, sql } = test.database;
    await sql('delete from mr_blob');
    const inner = Buffer.from('inner message with file');
    const outer = Buffer.from(`outer: ${inner}`);
    const within = { within: outer, start: 7, length: inner.length, sizeBytes: inner.length, sha256: sha256(inner) };
    const [outerKey = '', innerKey = ''] = await blobs.put([outer, within]);
    await records.create('email', { mr_rawblob: innerKey });
    await clock.advance(3 * hour);
    const sweep = () => blobs.sweep(new Date(clock.now().getTime() - hour));
    assert.equal(await sweep(), 0);
    assert.deepEqual(await blobs.get(innerKey), inner);
    const file = { within: inner, start: 19, length: 4, sizeBytes: 4, sha256: sha256(Buffer.from('file')) };
    const [, fileKey = ''] = await blobs.put([inner, file]);
    await records.create('email', { mr_rawblob: fileKey });
    await clock.advance(3 * hour);
    assert.equal(await sweep(), 1);
    assert.equal(await blobs.get(outerKey), undefined);
    assert.deepEqual(await blobs.get(innerKey), inner);
    assert.deepEqual(await blobs.get(fileKey), Buffer.from('file'));
  });

  it('IN-04, UD-03: what was dealt with is remembered, with deletions that are due', async () => {
    const { sightings } = test.database;
    const [mailbox, other] = [randomUUID(), randomUUID()];
    await sightings.add(mailbox, [
      { serverId: 'a', deletionDue: true },
      { serverId: 'A', deletionDue: false },
      { serverId: 'c', deletionDue: true },
    ]);
    await sightings.add(mailbox, [{ serverId: 'c', deletionDue: true }]);
    await sightings.add(other, [{ serverId: 'z', deletionDue: false }]);
    await sightings.add(mailbox, []);
    assert.equal(await sightings.count(mailbox), 3);
    await sightings.settled(mailbox, ['c']);
    assert.deepEqual([...(await sightings.seen(mailbox, ['a', 'c', 'z']))].sort(), ['a', 'c']);
    assert.deepEqual(await sightings.deletionDue(mailbox, 10), ['a']);
    assert.deepEqual(await sightings.deletionDue(mailbox, 0), []);
    assert.equal(await sightings.forgetAllBut(mailbox, ['c', 'A', 'new']), 1);
    assert.equal(await sightings.count(mailbox), 2);
    await sightings.forget(mailbox, ['c']);
    assert.equal(await sightings.count(mailbox), 1);
    await sightings.forget(mailbox);
    assert.deepEqual([await sightings.count(mailbox), await sightings.count(other)], [0, 1]);
  });

  it('PAIN-09: renumbered messages keep what was noted of them; of equal ones, as many as are listed', async () => {
    const { sightings } = test.database;
    const mailbox = randomUUID();
    const known = (serverId: string, fingerprint?: string) => ({
      serverId,
      deletionDue: serverId === '1:2',
      fingerprint,
    });
    await sightings.add(mailbox, [known('1:1', 'a'), known('1:2', 'b'), known('1:3', 'twin'), known('1:4', 'twin')]);
    await sightings.add(mailbox, [known('1:5'), known('2:9', 'kept')]);
    const listed = [
      ['2:1', 'b'],
      ['2:2', 'twin'],
      ['2:3', 'new'],
      ['2:9', 'kept'],
    ].map(([serverId = '', fingerprint = '']) => ({ serverId, fingerprint }));
    const renamed = await sightings.rename(mailbox, listed);
    assert.deepEqual(renamed.map(({ from, to }) => `${from} > ${to}`).sort(), ['1:2 > 2:1', '1:3 > 2:2']);
    assert.deepEqual(await sightings.rename(mailbox, listed), [], 'once more changes nothing but what is left');
    assert.deepEqual(await sightings.deletionDue(mailbox, 10), ['2:1']);
    assert.equal(await sightings.count(mailbox), 6);
  });

  it('IN-04: a listing of 20,000 ids is compared in a few statements', async () => {
    const { sightings } = test.database;
    const mailbox = randomUUID();
    const ids = Array.from({ length: 20_000 }, (_, index) => `uidl-${index}`);
    await sightings.add(
      mailbox,
      ids.map((serverId) => ({ serverId, deletionDue: false })),
    );
    assert.equal((await sightings.seen(mailbox, ids)).size, 20_000);
    assert.equal(await sightings.forgetAllBut(mailbox, ids.slice(1)), 1);
  });
});
