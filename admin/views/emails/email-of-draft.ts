import { PartyMask } from '../../../src/tables/choices.ts';
import { pathOf } from '../../api/entity-sets.ts';
import { readAddresses } from './addresses.ts';
import { htmlOfText } from './body-text.ts';
import type { PartyRecord } from './find-records.ts';

/** The lists of receivers that the composer shows. */
export type ReceiverList = 'to' | 'cc' | 'bcc';

/** A receiver that is a record and has no address of its own; it stays until it is taken out. */
export interface NamedReceiver {
  readonly list: ReceiverList;
  readonly record: PartyRecord;
  readonly name: string;
}

/** What stands in the composer. */
export interface Draft extends Readonly<Record<ReceiverList, string>> {
  /** `queue:<id>` or `systemuser:<id>`. */
  readonly from: string;
  readonly named: readonly NamedReceiver[];
  readonly subject: string;
  /** Plain text, or the source of a formatted one. */
  readonly text: string;
  readonly isHtml: boolean;
  /** Local date and time before which it is not sent; empty for at once. */
  readonly later: string;
}

/** The email to post: the text as paragraphs, the parties by address, with the records that these belong to. */
export function emailOf(draft: Draft, parentId: string | undefined, records: ReadonlyMap<string, PartyRecord>): object {
  const [table = '', id = ''] = draft.from.split(':');
  const set = table === 'queue' ? 'queues' : 'systemusers';
  const receivers = (list: ReceiverList): object[] => [
    ...readAddresses(draft[list]).addresses.map((addressused) => ({
      addressused,
      participationtypemask: PartyMask[list],
      ...boundTo(records.get(addressused)),
    })),
    ...draft.named
      .filter((one) => one.list === list)
      .map(({ record }) => ({ participationtypemask: PartyMask[list], ...boundTo(record) })),
  ];
  return {
    subject: draft.subject,
    description: draft.isHtml ? draft.text : htmlOfText(draft.text),
    delayedemailsendtime: draft.later === '' ? null : new Date(draft.later).toISOString(),
    ...(parentId === undefined ? {} : { 'parentactivityid@odata.bind': `/emails(${parentId})` }),
    email_activity_parties: [
      { [`partyid_${table}@odata.bind`]: `/${set}(${id})`, participationtypemask: PartyMask.from },
      ...receivers('to'),
      ...receivers('cc'),
      ...receivers('bcc'),
    ],
  };
}

function boundTo(record: PartyRecord | undefined): object {
  return record === undefined ? {} : { [`partyid_${record.table}@odata.bind`]: `/${pathOf(record.table, record.id)}` };
}
