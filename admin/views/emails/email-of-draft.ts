import { PartyMask } from '../../../src/tables/choices.ts';
import { pathOf } from '../../api/entity-sets.ts';
import { readAddresses } from './addresses.ts';
import type { PartyRecord } from './find-records.ts';

/** What stands in the composer. */
export interface Draft {
  /** `queue:<id>` or `systemuser:<id>`. */
  readonly from: string;
  readonly to: string;
  readonly cc: string;
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
  /** Local date and time before which it is not sent; empty for at once. */
  readonly later: string;
}

/** The email to post: the text as paragraphs, the parties by address, with the records that these belong to. */
export function emailOf(draft: Draft, parentId: string | undefined, records: ReadonlyMap<string, PartyRecord>): object {
  const [table = '', id = ''] = draft.from.split(':');
  const set = table === 'queue' ? 'queues' : 'systemusers';
  const receivers = (typed: string, mask: number): object[] =>
    readAddresses(typed).addresses.map((addressused) => ({
      addressused,
      participationtypemask: mask,
      ...boundTo(records.get(addressused)),
    }));
  return {
    subject: draft.subject,
    description: htmlOf(draft.text),
    ...(draft.later === '' ? {} : { delayedemailsendtime: new Date(draft.later).toISOString() }),
    ...(parentId === undefined ? {} : { 'parentactivityid@odata.bind': `/emails(${parentId})` }),
    email_activity_parties: [
      { [`partyid_${table}@odata.bind`]: `/${set}(${id})`, participationtypemask: PartyMask.from },
      ...receivers(draft.to, PartyMask.to),
      ...receivers(draft.cc, PartyMask.cc),
    ],
  };
}

function boundTo(record: PartyRecord | undefined): object {
  return record === undefined ? {} : { [`partyid_${record.table}@odata.bind`]: `/${pathOf(record.table, record.id)}` };
}

function htmlOf(text: string): string {
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return safe
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${paragraph.replaceAll('\n', '<br>')}</p>`)
    .join('');
}
