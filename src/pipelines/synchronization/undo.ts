import { asMailroomError } from '../../base/errors.ts';
import type { ActFolder } from '../../contracts/act-item.ts';
import type { ActPort } from '../../contracts/act-port.ts';
import type { Database } from '../../store/database.ts';
import { LinkState } from './link.ts';

/** What was taken back. */
export interface Undone {
  /** Items that we had made and nobody changed since: deleted. */
  readonly deleted: number;
  /** Items that somebody changed, or that were not made by us: kept, the tie cut. */
  readonly kept: number;
  /** False when `isOver` ended it early; a repeat goes on. */
  readonly isComplete: boolean;
}

/** A mailbox that never was synchronised: its next first cycle asks for a start date again. */
const asBefore = {
  mr_actstartdate: null,
  mr_actfirststartedon: null,
  mr_actfirstcompletedon: null,
  mr_actfirsttotal: null,
  mr_actfirstdone: null,
  mr_actquestion: null,
  mr_actquestionaskedon: null,
  mr_actanswer: null,
} as const;

/** Takes synchronisation of a mailbox back: deletes the items that it made and that nobody changed since, cuts every tie and forgets how far was read. Records stay, nobody is mailed. */
export async function undoAct(
  database: Database,
  port: ActPort,
  mailboxid: string,
  signal: AbortSignal,
  isOver: () => boolean = () => false,
): Promise<Undone> {
  const { records } = database;
  let [deleted, kept] = [0, 0];
  for (;;) {
    const page = await records.retrieveMultiple({
      table: 'exchangesyncidmapping',
      columns: [
        ...(['exchangesyncidmappingid', 'exchangeentryid', 'mr_changekey', 'mr_foldername'] as const),
        ...(['mr_ismadehere', 'mr_linkstate'] as const),
      ],
      filter: { column: 'mr_mailboxid', operator: 'eq', value: mailboxid },
      limit: 200,
    });
    for (const row of page.rows) {
      if (isOver()) return { deleted, kept, isComplete: false };
      const isOurs = row.mr_ismadehere === true && row.mr_linkstate === LinkState.linked;
      const seen = { id: row.exchangeentryid ?? '', changeKey: row.mr_changekey ?? '' };
      const isDeleted = isOurs && seen.id !== '' && (await removeUntouched(port, seen, row.mr_foldername, signal));
      if (isDeleted) deleted += 1;
      else kept += 1;
      await records.delete('exchangesyncidmapping', row.exchangesyncidmappingid ?? '');
    }
    if (page.next === undefined) break;
  }
  await database.sql("delete from mr_cursor where mailboxid = $1::uuid and work = 'act'", [mailboxid]);
  await records.update('mailbox', mailboxid, asBefore);
  return { deleted, kept, isComplete: true };
}

async function removeUntouched(
  port: ActPort,
  seen: { readonly id: string; readonly changeKey: string },
  folder: string | null | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const [found] = await port.get((folder ?? 'contacts') as ActFolder, [seen.id], signal);
  if (found === undefined || 'error' in found || found.item.changeKey !== seen.changeKey) return false;
  try {
    await port.remove(found.item, 'nobody', signal);
    return true;
  } catch (thrown) {
    if (['conflict', 'notFound'].includes(asMailroomError(thrown).kind)) return false;
    throw thrown;
  }
}
