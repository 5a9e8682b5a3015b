import type { Database } from '../../src/store/database.ts';

const portion = 50_000;

/** A user whom emails belong to, and the user's business unit. */
export interface EmailOwner {
  readonly id: string;
  readonly unit?: string;
}

/** Fills the email table with rows as received and sent mail leaves them: two years, nine of ten received, a third about a contact; with `parties` each names its owner among the recipients, and every tenth a colleague. */
export async function fillEmails(
  database: Database,
  count: number,
  owners: readonly EmailOwner[],
  contactids: readonly string[],
  parties = false,
): Promise<void> {
  const ids = owners.map((owner) => owner.id);
  const units = owners.map((owner) => owner.unit ?? null);
  for (let start = 0; start < count; start += portion) {
    const until = Math.min(start + portion, count) - 1;
    await database.sql(
      `insert into email (activityid, subject, sender, torecipients, description, directioncode, statecode, statuscode, createdon, modifiedon,
         messageid, ownerid, ownerid__table, owningbusinessunit, regardingobjectid, regardingobjectid__table)
       select md5('email ' || n)::uuid, 'Order ' || n || ' of ' || (array['pallets', 'bearings', 'paper', 'tea', 'lamps'])[1 + n % 5],
         'sender' || n % 500 || '@northwind' || n % 50 || '.example', 'support@ours.example;', repeat(md5(n::text), 30),
         n % 10 = 0, 1, case when n % 1000 = 7 then 8 when n % 10 = 0 then 3 else 4 end,
         timestamptz '2024-01-01' + n * interval '62 seconds', timestamptz '2024-01-01' + n * interval '62 seconds',
         n || '@northwind.example', ($2::uuid[])[1 + n % $3::integer], 'systemuser', ($7::uuid[])[1 + n % $3::integer],
         case when n % 3 = 0 then ($4::uuid[])[1 + n % $5::integer] end, case when n % 3 = 0 then 'contact' end
       from generate_series($1::integer, $6::integer) n`,
      [start, ids, ids.length, contactids, contactids.length, until, units],
    );
    if (parties)
      await database.sql(
        `insert into activityparty (activitypartyid, activityid, activityid__table, partyid, partyid__table, participationtypemask, addressused)
         select gen_random_uuid(), md5('email ' || n)::uuid, 'email', ($2::uuid[])[1 + (n + cc * 7) % $3::integer], 'systemuser', 2 + cc, 'user@ours.example'
         from generate_series($1::integer, $4::integer) n, generate_series(0, case when n % 10 = 3 then 1 else 0 end) cc`,
        [start, ids, ids.length, until],
      );
    process.stderr.write(`\r${until + 1} emails`);
  }
  process.stderr.write('\n');
  await database.sql('vacuum analyze email');
  if (parties) await database.sql('vacuum analyze activityparty');
}
