import { catalog, type TableName } from '../tables/catalog.ts';
import type { StoreScope } from './database.ts';
import { layoutOf, quoted } from './table-layout.ts';

/** Writes a row of `mr_delivery` for every subscription that wants the event, in the transaction of the change itself (a transactional outbox). The trigger's argument is the table's primary id. */
export const eventFunction = `create function mr_write_deliveries() returns trigger language plpgsql as $$
declare
  changed text[];
  recordid uuid;
begin
  if tg_op = 'DELETE' then
    recordid := (to_jsonb(old) ->> tg_argv[0])::uuid;
  else
    recordid := (to_jsonb(new) ->> tg_argv[0])::uuid;
  end if;
  if tg_op = 'UPDATE' then
    select array_agg(n.key order by n.key) into changed
    from jsonb_each(to_jsonb(new)) n join jsonb_each(to_jsonb(old)) o on o.key = n.key
    where n.value is distinct from o.value and n.key not in ('versionnumber', 'mr_txid', 'modifiedon', 'modifiedby');
    if changed is null then
      return null;
    end if;
  end if;
  insert into mr_delivery (mr_deliveryid, mr_webhookid, mr_subscriptionid, mr_table, mr_recordid, mr_event,
    mr_changedcolumns, mr_status, mr_attempts, createdon, modifiedon)
  select gen_random_uuid(), w.mr_webhookid, s.mr_subscriptionid, tg_table_name, recordid,
    case tg_op when 'INSERT' then 100000000 when 'UPDATE' then 100000001 else 100000002 end,
    array_to_string(changed, ','), 100000000, 0, now(), now()
  from mr_subscription s join mr_webhook w on w.mr_webhookid = s.mr_webhookid
  where s.mr_table = tg_table_name and s.statecode = 0 and w.statecode = 0
    and case tg_op when 'INSERT' then s.mr_oncreate when 'UPDATE' then s.mr_onupdate else s.mr_ondelete end
    and (tg_op <> 'UPDATE' or s.mr_columns is null or string_to_array(s.mr_columns, ',') && changed);
  return null;
end
$$`;

/** Puts the trigger on every table that an active subscription names, and takes it off all others, so that tables nobody asks about cost nothing. */
export async function alignEventTriggers(sql: StoreScope['sql']): Promise<void> {
  // Two writers at once would both make the same trigger.
  await sql('lock table mr_subscription in share row exclusive mode');
  const wanted = await sql<{ name: string }>(
    'select distinct mr_table as name from mr_subscription where statecode = 0',
  );
  const present = await sql<{ name: string }>(
    "select tgrelid::regclass::text as name from pg_trigger where tgname = 'mr_event' and not tgisinternal",
  );
  const names = new Set(wanted.map((row) => row.name));
  const there = new Set(present.map((row) => row.name.replaceAll('"', '')));
  for (const name of names) {
    if (there.has(name) || !canHaveEvents(name)) continue;
    const primaryId = catalog[name].primaryId;
    await sql(
      `create trigger mr_event after insert or update or delete on ${quoted(name)} for each row execute function mr_write_deliveries('${primaryId}')`,
    );
  }
  for (const name of there) if (!names.has(name)) await sql(`drop trigger mr_event on ${quoted(name)}`);
}

/** True for tables whose events can be subscribed to: stored ones, deliveries and what serves them apart. */
export function canHaveEvents(name: string): name is TableName {
  if (!Object.hasOwn(catalog, name) || /^mr_(?:delivery|subscription|webhook)$/.test(name)) return false;
  return !layoutOf(name as TableName).isView;
}
