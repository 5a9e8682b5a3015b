import type { FieldValue } from '../../contracts/act-fields.ts';
import type { StoreScope } from '../../store/database.ts';
import type { EntityReference } from '../../tables/table-definition.ts';
import { writeAlert } from '../trace.ts';
import type { FolderTurn } from './folder-turn.ts';
import type { FieldConflict } from './merge-fields.ts';

/** What is told of a conflict: which values gave way, or that one side's deletion beat the other side's change. */
export interface ConflictNote {
  readonly on: string;
  readonly title: string;
  readonly fields?: readonly FieldConflict[];
  /** The side that deleted, and what the other one had. */
  readonly deletedBy?: 'record' | 'item';
  readonly lost?: Readonly<Record<string, FieldValue>>;
}

/** `syncerror.errortype` of a conflict. */
const conflictType = 0;

/** AC-09, AC-10: keeps what gave way as a row of `syncerror`, and tells the mailbox's owner of it, so that nothing is lost unseen. `record` is what it is about where it still exists. */
export async function noteConflict(
  turn: FolderTurn,
  scope: StoreScope,
  note: ConflictNote,
  record: EntityReference | undefined,
): Promise<void> {
  const mailbox = { table: 'mailbox', id: turn.mailboxid };
  await scope.records.create('syncerror', {
    name: note.title.slice(0, 100) || '(no title)',
    action: 'act',
    errortype: conflictType,
    errortime: new Date(note.on),
    errormessage: words(note).slice(0, 1000),
    errordetail: JSON.stringify(note),
    actiondata: JSON.stringify({ mailboxid: turn.mailboxid, folder: turn.folder }),
    regardingobjectid: record ?? mailbox,
    ownerid: { table: 'systemuser', id: turn.user.systemuserid },
  });
  await writeAlert(scope, turn.context.settings, turn.context.clock.now(), {
    level: 'information',
    code: 'mr_ActConflict',
    text: words(note),
    regarding: mailbox,
    regardingOwner: turn.context.mailbox.ownerid,
    details: JSON.stringify(note.fields ?? note.lost ?? {}),
  });
}

function words(note: ConflictNote): string {
  if (note.deletedBy !== undefined) {
    const [one, other] = note.deletedBy === 'item' ? ['in Exchange', 'here'] : ['here', 'in Exchange'];
    return `"${note.title}" was deleted ${one} and changed ${other} at the same time. The deletion stands; what it held is in the details.`;
  }
  const fields = (note.fields ?? []).map(({ field, kept, value, lost }) => {
    const side = kept === 'item' ? 'Exchange' : 'Mailroom';
    return `${field}: ${side}'s ${JSON.stringify(value)} stands, ${JSON.stringify(lost)} gave way`;
  });
  return `"${note.title}" was changed on both sides at the same time; the later change stands. ${fields.join('; ')}.`;
}
