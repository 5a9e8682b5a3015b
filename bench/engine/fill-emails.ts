import type { Database } from '../../src/store/database.ts';

const portion = 50_000;

/** Fills the email table with rows as received and sent mail leaves them: two years, three owners, nine of ten received, a third about a contact. */
export async function fillEmails(
  database: Database,
  count: number,
  owners: readonly string[],
  contactids: readonly string[],
): Promise<void> {
  for (let start = 0; start < count; start += portion) {
    await database.sql(
      `insert into email (activityid, subject, sender, torecipients, description, directioncode, statecode, statuscode, createdon, modifiedon,
         messageid, ownerid, ownerid__table, regardingobjectid, regardingobjectid__table)
       select gen_random_uuid(), 'Order ' || n || ' of ' || (array['pallets', 'bearings', 'paper', 'tea', 'lamps'])[1 + n % 5],
         'sender' || n % 500 || '@northwind' || n % 50 || '.example', 'support@ours.example;', repeat(md5(n::text), 30),
         n % 10 = 0, 1, case when n % 1000 = 7 then 8 when n % 10 = 0 then 3 else 4 end,
         timestamptz '2024-01-01' + n * interval '62 seconds', timestamptz '2024-01-01' + n * interval '62 seconds',
         n || '@northwind.example', ($2::uuid[])[1 + n % $3::integer], 'systemuser',
         case when n % 3 = 0 then ($4::uuid[])[1 + n % $5::integer] end, case when n % 3 = 0 then 'contact' end
       from generate_series($1::integer, $6::integer) n`,
      [start, owners, owners.length, contactids, contactids.length, Math.min(start + portion, count) - 1],
    );
    process.stderr.write(`\r${Math.min(start + portion, count)} emails`);
  }
  process.stderr.write('\n');
  await database.sql('vacuum analyze email');
}
