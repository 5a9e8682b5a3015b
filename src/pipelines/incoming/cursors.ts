import type { StoreScope } from '../../store/database.ts';

/** What incoming turns remember of a mailbox from one to the next, in table `mr_cursor`. */
export interface IncomingCursors {
  /** How far the server's list was read; null for servers without a cursor. */
  readonly inbox: string | null;
  /** When a mailbox without a start date was first read (IN-06). */
  readonly enabledOn: Date | undefined;
  /** Profile and the latest start date it had since the mailbox was associated with it (EP-16). */
  readonly floor: { readonly profileid: string; readonly on: Date } | undefined;
  /** TE-09: everything on the server is to be judged anew. */
  readonly isReevaluating: boolean;
}

type CursorName = 'inbox' | 'enabledon' | 'floor' | 'reevaluate';

/** Reads the cursors of a mailbox. */
export async function readCursors(scope: StoreScope, mailboxid: string): Promise<IncomingCursors> {
  const rows = await scope.sql<{ name: string; value: string }>(
    "select name, value from mr_cursor where mailboxid = $1::uuid and work = 'incoming'",
    [mailboxid],
  );
  const values = new Map(rows.map((row) => [row.name, row.value]));
  const [profileid, floorOn] = (values.get('floor') ?? '').split(' ');
  const enabledOn = values.get('enabledon');
  return {
    inbox: values.get('inbox') ?? null,
    enabledOn: enabledOn === undefined ? undefined : new Date(enabledOn),
    floor: profileid && floorOn ? { profileid, on: new Date(floorOn) } : undefined,
    isReevaluating: values.has('reevaluate'),
  };
}

/** Writes one cursor; null removes it. */
export async function writeCursor(
  scope: StoreScope,
  mailboxid: string,
  name: CursorName,
  value: string | null,
): Promise<void> {
  if (value === null) {
    await scope.sql("delete from mr_cursor where mailboxid = $1::uuid and work = 'incoming' and name = $2", [
      mailboxid,
      name,
    ]);
    return;
  }
  await scope.sql(
    `insert into mr_cursor (mailboxid, work, name, value) values ($1::uuid, 'incoming', $2, $3)
     on conflict (mailboxid, work, name) do update set value = excluded.value`,
    [mailboxid, name, value],
  );
}

/**
 * Asks for everything on the server to be judged anew at the next turn, deleted emails included (TE-09, IN-31). What is stored stays
 * as it is; call it in the transaction that changes the start date.
 */
export async function askReevaluation(scope: StoreScope, mailboxid: string, now: Date): Promise<void> {
  await scope.sightings.forget(mailboxid);
  await writeCursor(scope, mailboxid, 'inbox', null);
  await writeCursor(scope, mailboxid, 'reevaluate', now.toISOString());
}
