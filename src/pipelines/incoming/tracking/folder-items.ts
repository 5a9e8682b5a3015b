import type { StoreScope } from '../../../store/database.ts';
import type { EntityReference } from '../../../tables/table-definition.ts';

/** A message in a folder that is read, as it is remembered in `mr_folderitem`. */
export interface RememberedItem {
  readonly folderId: string;
  readonly serverId: string;
  readonly identity: string | null;
  readonly emailId: string | undefined;
  /** False while it waits to be dealt with, in the quarantine. */
  readonly isSettled: boolean;
  readonly regarding: EntityReference | undefined;
}

/** Of these messages of a folder, those dealt with. */
export async function readSettled(
  scope: StoreScope,
  mailboxid: string,
  folderId: string,
  serverIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await scope.sql<{ serverid: string }>(
    `update mr_folderitem set goneon = null
     where mailboxid = $1::uuid and folderid = $2 and serverid = any($3::text[]) and issettled returning serverid`,
    [mailboxid, folderId, serverIds],
  );
  return new Set(rows.map(({ serverid }) => serverid));
}

/**
 * Remembers messages of folders. A message that moved within the mailbox keeps when it first lay in a tracked folder: the mailbox that
 * had it first decides what it is about (FT-12).
 */
export async function rememberItems(
  scope: StoreScope,
  mailboxid: string,
  items: readonly RememberedItem[],
  now: Date,
): Promise<void> {
  if (items.length === 0) return;
  await scope.sql(
    `insert into mr_folderitem (mailboxid, folderid, serverid, identity, emailid, issettled, claimedon, regardingtable, regardingid, appliedid)
     select $1::uuid, i.folderid, i.serverid, i.identity, i.emailid, i.issettled,
       coalesce((select min(o.claimedon) from mr_folderitem o where o.mailboxid = $1::uuid and o.emailid = i.emailid), $2),
       i.regardingtable, i.regardingid, null
     from unnest($3::text[], $4::text[], $5::text[], $6::uuid[], $7::boolean[], $8::text[], $9::uuid[])
       as i (folderid, serverid, identity, emailid, issettled, regardingtable, regardingid)
     on conflict (mailboxid, folderid, serverid) do update set
       identity = excluded.identity, emailid = excluded.emailid, issettled = excluded.issettled,
       regardingtable = excluded.regardingtable, regardingid = excluded.regardingid, goneon = null`,
    [
      mailboxid,
      now,
      items.map(({ folderId }) => folderId),
      items.map(({ serverId }) => serverId),
      items.map(({ identity }) => identity),
      items.map(({ emailId }) => emailId ?? null),
      items.map(({ isSettled }) => isSettled),
      items.map(({ regarding }) => regarding?.table ?? null),
      items.map(({ regarding }) => regarding?.id ?? null),
    ],
  );
}

/** Notes that messages left a folder (all of it when `serverIds` is undefined); they are forgotten once every folder was read. */
export async function noteGone(
  scope: StoreScope,
  mailboxid: string,
  folderId: string,
  serverIds: readonly string[] | undefined,
  now: Date,
): Promise<void> {
  await scope.sql(
    `update mr_folderitem set goneon = $3 where mailboxid = $1::uuid and folderid = $2
     ${serverIds === undefined ? '' : 'and serverid = any($4::text[])'}`,
    serverIds === undefined ? [mailboxid, folderId, now] : [mailboxid, folderId, now, serverIds],
  );
}

/** Forgets what left; where it went is known by now. */
export async function forgetGone(scope: StoreScope, mailboxid: string): Promise<void> {
  await scope.sql('delete from mr_folderitem where mailboxid = $1::uuid and goneon is not null', [mailboxid]);
}

/** Has all messages of folders be about what the rules of the folders say now (FT-13). */
export async function regardAll(
  scope: StoreScope,
  mailboxid: string,
  folders: readonly {
    readonly folder: { readonly id: string };
    readonly rule: { readonly regarding: EntityReference | undefined };
  }[],
): Promise<void> {
  if (folders.length === 0) return;
  await scope.sql(
    `update mr_folderitem i set regardingtable = f.regardingtable, regardingid = f.regardingid
     from unnest($2::text[], $3::text[], $4::uuid[]) as f (folderid, regardingtable, regardingid)
     where i.mailboxid = $1::uuid and i.folderid = f.folderid and i.regardingid is distinct from f.regardingid`,
    [
      mailboxid,
      folders.map(({ folder }) => folder.id),
      folders.map(({ rule }) => rule.regarding?.table ?? null),
      folders.map(({ rule }) => rule.regarding?.id ?? null),
    ],
  );
}
