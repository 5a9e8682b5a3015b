import { PartyMask } from '../../../src/tables/choices.ts';
import { type ApiRow, labelOf, lookupTable } from '../../api/api-row.ts';
import { entitySets, type ShownTable } from '../../api/entity-sets.ts';
import { localText } from '../../parts/local-text.ts';
import { textOfHtml } from './body-text.ts';
import type { Draft, NamedReceiver, ReceiverList } from './email-of-draft.ts';
import type { PartyRecord } from './find-records.ts';

type Party = ApiRow<'activityparty'>;

/** A stored draft as the composer shows it, with what of it must not get lost. */
export interface StoredDraft {
  readonly draft: Draft;
  /** The sender as the draft has it, where it may be none of the user's own. */
  readonly sender: { readonly id: string; readonly name: string } | undefined;
  /** Whose the addresses are by the draft. */
  readonly records: ReadonlyMap<string, PartyRecord>;
  /** Ids of the parties of each list. */
  readonly partyIds: Readonly<Record<ReceiverList, readonly string[]>>;
}

const lists: readonly ReceiverList[] = ['to', 'cc', 'bcc'];

/** Reads a draft from its row and its parties. */
export function draftOfEmail(email: ApiRow<'email'>, parties: readonly Party[]): StoredDraft {
  const of = (list: ReceiverList): readonly Party[] =>
    parties.filter((row) => row.participationtypemask === PartyMask[list]);
  const addresses = (list: ReceiverList): string =>
    of(list)
      .flatMap((row) => row.addressused || [])
      .join(', ');
  const records = new Map<string, PartyRecord>();
  const named: NamedReceiver[] = [];
  for (const list of lists)
    for (const row of of(list)) {
      const record = recordOf(row);
      if (record === undefined) continue;
      if (row.addressused) records.set(row.addressused, record);
      else named.push({ list, record, name: labelOf(row, '_partyid_value') || record.id });
    }
  const html = email.description ?? '';
  const text = textOfHtml(html);
  const sender = parties.find((row) => row.participationtypemask === PartyMask.from);
  const from = sender === undefined ? undefined : recordOf(sender);
  const ids = (list: ReceiverList): readonly string[] => of(list).map((row) => row.activitypartyid ?? '');
  return {
    draft: {
      from: from === undefined ? '' : `${from.table}:${from.id}`,
      to: addresses('to'),
      cc: addresses('cc'),
      bcc: addresses('bcc'),
      named,
      subject: email.subject ?? '',
      text: text ?? html,
      isHtml: text === undefined,
      later: email.delayedemailsendtime ? localText(new Date(email.delayedemailsendtime)) : '',
    },
    sender:
      from === undefined || sender === undefined
        ? undefined
        : {
            id: `${from.table}:${from.id}`,
            name: labelOf(sender, '_partyid_value') || (sender.addressused ?? from.id),
          },
    records,
    partyIds: { to: ids('to'), cc: ids('cc'), bcc: ids('bcc') },
  };
}

function recordOf(row: Party): PartyRecord | undefined {
  const table = lookupTable(row, '_partyid_value');
  const id = row._partyid_value;
  return id && table !== undefined && table in entitySets ? { table: table as ShownTable, id } : undefined;
}
