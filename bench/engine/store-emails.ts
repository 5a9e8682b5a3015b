import type { Database } from '../../src/store/database.ts';

/** Rows of one statement: well within its time limit. */
const batch = 20_000;

/** Stores `count` received emails of 2 kB with two parties each, straight into the tables, as years of mail would have left them. */
export async function storeEmails(database: Database, count: number): Promise<void> {
  for (let from = 1; from <= count; from += batch) {
    await database.sql(
      `with made as (
         insert into email (activityid, subject, messageid, mr_identity, sender, torecipients, description, directioncode,
           statecode, statuscode, createdon, modifiedon, conversationtrackingid)
         select gen_random_uuid(), 'Old mail ' || n, 'old.' || n || '@customer.example', 'old.' || n || '@customer.example',
           'person' || n % 500 || '@customer' || n % 50 || '.example', 'support@harbour.example', repeat('old text ' || n || ' ', 130),
           false, 1, 4, now() - n * interval '1 minute', now(), gen_random_uuid()
         from generate_series($1::int, $2::int) n returning activityid, sender)
       insert into activityparty (activitypartyid, activityid, activityid__table, participationtypemask, addressused)
       select gen_random_uuid(), activityid, 'email', mask, case mask when 1 then sender else 'support@harbour.example' end
       from made cross join unnest(array[1, 2]) mask`,
      [from, Math.min(from + batch - 1, count)],
    );
  }
  await database.sql('analyze email');
  await database.sql('analyze activityparty');
}
