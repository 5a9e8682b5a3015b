/**
 * Writes a row of `audit` for a change, in the transaction of the change itself. The trigger's arguments are the row that is told
 * of (`table` or `tableFrom`, `id`, `actions`) and the audited columns. Who did it is the setting `mailroom.user`, else whom the
 * row names, else SYSTEM (AR-10); texts are cut at 5,000 characters.
 */
export const auditFunction = `create function mr_write_audit() returns trigger language plpgsql as $$
declare
  object jsonb := tg_argv[0]::jsonb;
  was jsonb;
  now_is jsonb;
  row_is jsonb;
  changes jsonb;
  mask text;
  act integer;
  doer uuid;
begin
  if tg_op <> 'INSERT' then was := to_jsonb(old); end if;
  if tg_op <> 'DELETE' then now_is := to_jsonb(new); end if;
  row_is := coalesce(now_is, was);
  select jsonb_agg(case when c.s then jsonb_build_object('logicalName', c.n)
      else jsonb_build_object('logicalName', c.n, 'oldValue', mr_audit_value(c.old_value, c.old_table), 'newValue', mr_audit_value(c.new_value, c.new_table)) end order by c.n),
    string_agg(c.i::text, ',' order by c.i)
  into changes, mask
  from (
    select k.n, k.i, k.s, was -> k.n as old_value, now_is -> k.n as new_value,
      coalesce(was ->> k.t, k.c) as old_table, coalesce(now_is ->> k.t, k.c) as new_table
    from jsonb_to_recordset(tg_argv[1]::jsonb) as k(n text, i integer, t text, c text, s boolean)
  ) c
  where coalesce(c.old_value, 'null') <> coalesce(c.new_value, 'null')
    or (tg_op = 'UPDATE' and c.old_table is distinct from c.new_table);
  if tg_op = 'UPDATE' and changes is null then
    return null;
  end if;
  if object ? 'actions' then
    act := (object -> 'actions' ->> case tg_op when 'INSERT' then 0 when 'UPDATE' then 1 else 2 end)::integer;
  elsif tg_op = 'UPDATE' then
    act := case
      when was -> 'isdisabled' <> now_is -> 'isdisabled' then case now_is ->> 'isdisabled' when 'true' then 5 else 4 end
      when was -> 'statecode' <> now_is -> 'statecode' then case now_is ->> 'statecode' when '0' then 4 when '1' then 5 else 41 end
      when was -> 'ownerid' <> now_is -> 'ownerid' then 13
      else 2 end;
  else
    act := case tg_op when 'INSERT' then 1 else 3 end;
  end if;
  doer := coalesce(nullif(current_setting('mailroom.user', true), '')::uuid,
    case when tg_op <> 'DELETE' then coalesce((now_is ->> 'modifiedby')::uuid, (now_is ->> 'createdby')::uuid) end,
    (select (value::jsonb ->> 'systemUserId')::uuid from mr_serviceinfo where key = 'organization'));
  insert into audit (auditid, action, operation, objectid, objectid__table, userid, callinguserid, attributemask, changedata, createdon, transactionid)
  values (gen_random_uuid(), act,
    case when object ? 'actions' then 2 when tg_op = 'INSERT' then 1 when tg_op = 'UPDATE' then 2 else 3 end,
    (row_is ->> (object ->> 'id'))::uuid, coalesce(row_is ->> (object ->> 'tableFrom'), object ->> 'table'), doer,
    nullif(current_setting('mailroom.acting', true), '')::uuid, mask,
    jsonb_build_object('changedAttributes', coalesce(changes, '[]'::jsonb))::text, clock_timestamp(),
    md5(pg_current_xact_id()::text)::uuid);
  return null;
end
$$`;

/** A value as `changedata` shows it: a lookup as `table,id`, a long text cut. */
export const auditValueFunction = `create function mr_audit_value(value jsonb, table_name text) returns jsonb language sql immutable as $$
  select case
    when value is null or value = 'null' then 'null'::jsonb
    when table_name is not null then to_jsonb(table_name || ',' || (value #>> '{}'))
    when jsonb_typeof(value) = 'string' and length(value #>> '{}') > 5000 then to_jsonb(left(value #>> '{}', 5000) || '...')
    else value end
$$`;
