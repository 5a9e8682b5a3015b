import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { silentLog } from '../../src/base/log.ts';
import { migrate } from '../../src/store/migrate.ts';
import { schemaStatements } from '../../src/store/schema-sql.ts';
import { createTestDatabase } from '../support/database.ts';

/** Everything that makes up a schema: columns, indexes, view texts, table options, sequences. */
async function describeSchema(url: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ line: string }>(`
      select format('%s.%s %s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
        case when a.attnotnull then 'not null' else '' end, pg_get_expr(d.adbin, d.adrelid), a.attstorage) as line
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v') and c.relname <> 'mr_migration'
      union all
      select pg_get_indexdef(indexrelid) from pg_index i join pg_class c on c.oid = i.indrelid
      where c.relnamespace = 'public'::regnamespace and c.relname <> 'mr_migration'
      union all
      select format('%s %s %s', c.relname, c.relkind, array_to_string(c.reloptions, ','))
      from pg_class c where c.relnamespace = 'public'::regnamespace and c.relname not like 'mr\\_migration%'
      union all
      select pg_get_viewdef(c.oid) from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'v'
      order by 1`);
    return rows.map((row) => row.line);
  } finally {
    await client.end();
  }
}

test('a build from zero by migrations equals the metadata, both ways', async () => {
  const migrated = await createTestDatabase('empty');
  const fresh = await createTestDatabase('empty');
  try {
    assert.ok((await migrate({ url: migrated.url, log: silentLog })).includes(1));
    assert.deepEqual(await migrate({ url: migrated.url, log: silentLog }), []);
    const client = new pg.Client({ connectionString: fresh.url });
    await client.connect();
    for (const statement of schemaStatements()) await client.query(statement);
    await client.end();
    const [built, wanted] = [await describeSchema(migrated.url), await describeSchema(fresh.url)];
    const advice = 'run "npx tsx scripts/make-migration.ts"';
    assert.deepEqual(
      built.filter((line) => !wanted.includes(line)),
      [],
      `only in migrations: ${advice}`,
    );
    assert.deepEqual(
      wanted.filter((line) => !built.includes(line)),
      [],
      `only in metadata: ${advice}`,
    );
    assert.ok(wanted.length > 2000);
  } finally {
    await migrated.drop();
    await fresh.drop();
  }
});

test('several processes may migrate at once', async () => {
  const empty = await createTestDatabase('empty');
  try {
    const runs = await Promise.all([1, 2, 3, 4].map(() => migrate({ url: empty.url, log: silentLog })));
    assert.equal(runs.filter((applied) => applied.length > 0).length, 1);
  } finally {
    await empty.drop();
  }
});

test('a database of another build or of a newer release is refused', async () => {
  const { url, drop } = await createTestDatabase();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("insert into mr_migration (number, name, sha256) values (9999, '9999-later.sql', '')");
    await assert.rejects(migrate({ url, log: silentLog }), { code: 'mr_DatabaseNewer', kind: 'configuration' });
    await client.query("update mr_migration set sha256 = 'other' where number = 1");
    await assert.rejects(migrate({ url, log: silentLog }), { code: 'mr_MigrationChanged', kind: 'configuration' });
  } finally {
    await client.end();
    await drop();
  }
});
