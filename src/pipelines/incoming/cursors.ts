import type { StoreScope } from '../../store/database.ts';
import type { TurnMemory } from '../../store/turn-memory.ts';

/** What incoming turns remember of a mailbox from one to the next, in table `mr_cursor`. */
export interface IncomingCursors {
  /** How far the server's list was read; null for servers without a cursor. */
  readonly inbox: string | null;
  /** When a mailbox without a start date was first read (IN-06). */
  readonly enabledOn: Date | undefined;
  /** Profile and the latest start date it had since the mailbox was associated with it (EP-16). */
  readonly floor: { readonly profileid: string; readonly on: Date } | undefined;
  /** All mail received from then on was judged; TE-09 begins where a start date lies before it. */
  readonly judgedFrom: Date | undefined;
  /** True when messages of the mailbox wait in the quarantine for another try: it is read for them alone. */
  readonly hasOpenQuarantine: boolean;
}

type CursorName = 'inbox' | 'enabledon' | 'floor' | 'judgedfrom';

/** The cursors among what is remembered of a mailbox. Pure. */
export function cursorsOf({ cursors, hasOpenQuarantine }: TurnMemory): IncomingCursors {
  const [profileid, floorOn] = (cursors.get('floor') ?? '').split(' ');
  return {
    inbox: cursors.get('inbox') ?? null,
    enabledOn: dateOf(cursors.get('enabledon')),
    floor: profileid && floorOn ? { profileid, on: new Date(floorOn) } : undefined,
    judgedFrom: dateOf(cursors.get('judgedfrom')),
    hasOpenQuarantine,
  };
}

const dateOf = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));

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
