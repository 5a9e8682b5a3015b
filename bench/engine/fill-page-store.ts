import type { Engine } from '../../src/app/engine.ts';
import type { Database } from '../../src/store/database.ts';
import { fillEmails } from './fill-emails.ts';

/** Rows of one statement: well within its time limit. */
const portion = 20_000;

/** How much the store of a large organisation holds. */
export interface StoreSize {
  readonly mailboxes: number;
  readonly emails: number;
}

/** Every so many users there is a queue. */
const usersOfQueue = 1000;

/** Fills every table that the page lists, straight into the tables, as years of use by a large organisation leave them. Does nothing when the store is full already. */
export async function fillPageStore({ database, organization }: Engine, size: StoreSize): Promise<void> {
  const [{ count } = { count: 0 }] = await database.sql<{ count: number }>('select count(*)::int as count from email');
  if (count >= size.emails) return;
  const [unit] = await database.sql<{ id: string }>('select businessunitid::text as id from businessunit limit 1');
  const fill = (count: number, statement: string): Promise<void> =>
    inPortions(database, count, statement.replaceAll('$unit', `'${unit?.id}'::uuid`));
  const { emails, mailboxes } = size;
  await database.sql(
    `insert into emailserverprofile (emailserverprofileid, name, servertype, statecode, statuscode, ownerid, ownerid__table)
     select md5('profile ' || n)::uuid, 'Profile ' || n, 1, 0, 1, $1, 'systemuser' from generate_series(1, 20) n`,
    [organization.administratorId],
  );
  await fill(
    mailboxes,
    `insert into systemuser (systemuserid, fullname, firstname, lastname, domainname, internalemailaddress, businessunitid, defaultmailbox, isdisabled, createdon, modifiedon)
     select md5('user ' || n)::uuid, 'User ' || n, 'User', n::text, 'user' || n, 'user' || n || '@ours.example', $unit, md5('mailbox ' || n)::uuid, n % 50 = 0, now(), now()
     from generate_series($1::int, $2::int) n where n % ${usersOfQueue} <> 0`,
  );
  await fill(
    mailboxes,
    `insert into queue (queueid, name, emailaddress, defaultmailbox, ownerid, ownerid__table, owningbusinessunit, queueviewtype, statecode, statuscode, incomingemailfilteringmethod)
     select md5('user ' || n)::uuid, 'Queue ' || n, 'user' || n || '@ours.example', md5('mailbox ' || n)::uuid, md5('user 1')::uuid, 'systemuser', $unit, 0, 0, 1, 0
     from generate_series($1::int, $2::int) n where n % ${usersOfQueue} = 0`,
  );
  await fill(
    mailboxes,
    `insert into mailbox (mailboxid, name, emailaddress, regardingobjectid, regardingobjectid__table, emailserverprofile, ownerid, ownerid__table, owningbusinessunit,
       statecode, statuscode, incomingemaildeliverymethod, outgoingemaildeliverymethod, actdeliverymethod, emailrouteraccessapproval,
       mailboxstatus, incomingemailstatus, outgoingemailstatus, enabledforincomingemail, enabledforoutgoingemail, processinglastattemptedon, mr_incomingfailurecount, createdon, modifiedon)
     select md5('mailbox ' || n)::uuid, 'User ' || n, 'user' || n || '@ours.example', md5('user ' || n)::uuid, case when n % ${usersOfQueue} = 0 then 'queue' else 'systemuser' end,
       md5('profile ' || 1 + n % 20)::uuid, case when n % ${usersOfQueue} = 0 then md5('user 1')::uuid else md5('user ' || n)::uuid end, 'systemuser', $unit,
       case when n % 40 = 3 then 1 else 0 end, case when n % 40 = 3 then 2 else 1 end, 2, 2, 2, case when n % 30 = 7 then 2 else 1 end,
       st, st, st, st = 1, st = 1, now() - n % 3600 * interval '1 second', case when n % 500 = 1 then 2 else 0 end, now(), now()
     from generate_series($1::int, $2::int) n cross join lateral (select case when n % 60 = 11 then 2 when n % 70 = 12 then 0 else 1 end as st) s`,
  );
  await fill(
    mailboxes,
    `insert into usersettings (systemuserid, incomingemailfilteringmethod) select md5('user ' || n)::uuid, 1 from generate_series($1::int, $2::int) n where n % ${usersOfQueue} <> 0 on conflict do nothing`,
  );
  await fill(
    mailboxes,
    `insert into contact (contactid, fullname, firstname, lastname, emailaddress1, ownerid, ownerid__table, owningbusinessunit, statecode, statuscode, createdon, modifiedon)
     select md5('contact ' || n)::uuid, 'Contact ' || n, 'Contact', n::text, 'sender' || n || '@northwind.example', md5('user ' || 1 + n % 900)::uuid, 'systemuser', $unit, 0, 1, now(), now()
     from generate_series($1::int, $2::int) n`,
  );
  for (const [table, more, values] of [
    [
      'appointment',
      'scheduledstart, scheduledend',
      "now() + (n % 700 - 350) * interval '1 day', now() + (n % 700 - 350) * interval '1 day' + interval '1 hour'",
    ],
    ['task', 'scheduledend', "now() + (n % 700 - 350) * interval '1 day'"],
  ] as const)
    await fill(
      mailboxes,
      `insert into ${table} (activityid, subject, ownerid, ownerid__table, owningbusinessunit, statecode, statuscode, createdon, modifiedon, regardingobjectid, regardingobjectid__table, ${more})
       select md5('${table} ' || n)::uuid, 'Visit ' || n, md5('user ' || 1 + n % 900)::uuid, 'systemuser', $unit, 0, ${table === 'task' ? 2 : 1}, now(), now(), md5('contact ' || n)::uuid, 'contact', ${values}
       from generate_series($1::int, $2::int) n`,
    );
  await fill(
    mailboxes,
    `insert into tracelog (tracelogid, text, level, tracecode, mr_code, mr_count, regardingobjectid, regardingobjectid__table, regardingobjectownerid, regardingobjectownerid__table, createdon, mr_lastoccurredon, mr_resolvedon)
     select md5('alert ' || n)::uuid, 'Incoming mail of mailbox "User ' || n || '" met a problem: the server did not answer in time.', 1 + n % 3, 0, 'mr_Timeout', 1 + n % 9, md5('mailbox ' || 1 + n % ${mailboxes})::uuid, 'mailbox',
       md5('user ' || 1 + n % ${mailboxes})::uuid, 'systemuser', now() - n * interval '25 seconds', now() - n * interval '20 seconds', case when n % 10 > 0 then now() end
     from generate_series($1::int, $2::int) n`,
  );
  await fill(
    mailboxes / 10,
    `insert into mr_quarantine (mr_quarantineid, mr_mailboxid, mr_serverid, mr_subject, mr_sender, mr_cause, mr_sizebytes, mr_status, createdon)
     select md5('held ' || n)::uuid, md5('mailbox ' || n)::uuid, n::text, 'Broken ' || n, 'sender' || n || '@northwind.example', 'The message ends inside its headers.', 2000, 100000000 + n % 5, now() - n * interval '1 minute'
     from generate_series($1::int, $2::int) n`,
  );
  await fill(
    emails / 2,
    `insert into mr_maildecision (mr_maildecisionid, mr_mailboxid, mr_messageid, mr_subject, mr_sender, mr_verdict, mr_reason, mr_reasoncode, createdon)
     select gen_random_uuid(), md5('mailbox ' || 1 + n % 1000)::uuid, n || '@northwind.example', 'Order ' || n, 'sender' || n % 500 || '@northwind.example', 100000000 + n % 2, 'User 1 takes all messages.', 0, now() - n * interval '5 seconds'
     from generate_series($1::int, $2::int) n`,
  );
  await fill(
    mailboxes,
    `insert into mr_delivery (mr_deliveryid, mr_table, mr_recordid, mr_event, mr_status, mr_attempts, mr_responsestatus, mr_webhookid, createdon)
     select gen_random_uuid(), 'email', md5('email ' || n)::uuid, 100000000, case when n % 100 = 1 then 100000002 else 100000001 end, 1, 204, md5('hook')::uuid, now() - n * interval '20 seconds'
     from generate_series($1::int, $2::int) n`,
  );
  await database.sql(
    `insert into mr_webhook (mr_webhookid, mr_name, mr_url, mr_issecretset, statecode, statuscode, ownerid, ownerid__table) values (md5('hook')::uuid, 'Warehouse', 'https://hook.example/mail', true, 0, 1, $1, 'systemuser')`,
    [organization.administratorId],
  );
  await fill(
    mailboxes / 50,
    `insert into team (teamid, name, teamtype, businessunitid, isdefault, createdon) select md5('team ' || n)::uuid, 'Team ' || n, 0, $unit, false, now() from generate_series($1::int, $2::int) n`,
  );
  const owners = Array.from({ length: 900 }, (_, index) => `user ${index + 1}`);
  const ids = await database.sql<{ id: string }>('select md5(name)::uuid::text as id from unnest($1::text[]) name', [
    owners,
  ]);
  const contacts = await database.sql<{ id: string }>(
    "select md5('contact ' || n)::uuid::text as id from generate_series(1, 2000) n",
  );
  await fillEmails(
    database,
    emails,
    ids.map(({ id }) => ({ id, unit: unit?.id ?? '' })),
    contacts.map(({ id }) => id),
    true,
  );
  await fill(
    emails / 5,
    `insert into queueitem (queueitemid, queueid, objectid, objectid__table, objecttypecode, title, sender, enteredon, createdon, modifiedon, statecode, statuscode, organizationid)
     select md5('item ' || n)::uuid, md5('user ' || ${usersOfQueue} * (1 + n % ${Math.max(1, Math.floor(mailboxes / usersOfQueue))}))::uuid, md5('email ' || n)::uuid, 'email', 4202, 'Order ' || n, 'sender@northwind.example',
       now() - n * interval '1 minute', now(), now(), case when n % 3 = 0 then 0 else 1 end, 1, '${organization.organizationid}'::uuid
     from generate_series($1::int, $2::int) n`,
  );
  await database.sql('analyze');
}

async function inPortions(database: Database, count: number, statement: string): Promise<void> {
  for (let from = 1; from <= count; from += portion)
    await database.sql(statement, [from, Math.min(from + portion - 1, count)]);
  process.stderr.write('.');
}
