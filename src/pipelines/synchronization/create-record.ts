import { MailroomError } from '../../base/errors.ts';
import type { ActItem } from '../../contracts/act-item.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { newRow, stampRecords, takenOf, writeRecords } from './make-records.ts';
import { mergePair } from './merge-pair.ts';
import type { PairWork } from './pair-work.ts';

/** Makes a record of an item that its owner tracked (AC-04), in the owner's name (AC-06); record and link are one transaction. */
export async function createRecord(work: PairWork, item: ActItem): Promise<void> {
  const { turn, type } = work;
  const refusal = item.refusal ?? type.refuseItem(item, turn.user);
  if (refusal !== undefined) throw new MailroomError(refusal, { code: 'mr_ActItemNotTaken', kind: 'item' });
  const existing = await type.findRecord?.(turn.caller.records, item, turn.user);
  if (existing !== undefined) return mergePair(work, existing);
  if (type.table === 'appointment') await checkFree(work, item);
  const [written] = await stampRecords(turn, await writeRecords(turn, [{ ...work, item }]));
  if (written !== undefined && 'error' in written) throw written.error;
}

/** AA-33: where the organisation wants it, an appointment at a time when its participants are busy here is asked about (AC-16). */
async function checkFree(work: PairWork, item: ActItem): Promise<void> {
  const { turn, pair, type } = work;
  const isChecked = turn.user.settings.switches.mr_ActChecksSchedulingConflicts && pair.link?.isDecided !== true;
  if (!isChecked) return;
  const { taken } = takenOf(work, item);
  const prepared = await type.prepare?.(turn.caller.records, [taken], turn.user);
  const values = newRow(work, taken, prepared) as RecordOf<'appointment'>;
  const { scheduledstart: start, scheduledend: end, requiredattendees, optionalattendees, organizer } = values;
  if (!start || !end) return;
  const people = [...(requiredattendees ?? []), ...(optionalattendees ?? []), ...(organizer ?? [])];
  const clashes = await turn.caller.clashes({ start, end, people });
  if (clashes.length === 0) return;
  throw new MailroomError(
    `Its participants are busy then (ExchangeSyncSchedulingConflicts): ${clashes.map((subject) => `"${subject}"`).join(', ')}. Move it, or take it all the same with mr_TakeItem.`,
    { code: 'mr_ActSchedulingConflict', kind: 'item' },
  );
}
