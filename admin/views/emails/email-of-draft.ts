import { PartyMask } from '../../../src/tables/choices.ts';
import { readAddresses } from './addresses.ts';

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

/** The email to post: the text as paragraphs, the parties by address. */
export function emailOf(draft: Draft, parentId: string | undefined): object {
  const [table = '', id = ''] = draft.from.split(':');
  const set = table === 'queue' ? 'queues' : 'systemusers';
  const receivers = (typed: string, mask: number): object[] =>
    readAddresses(typed).addresses.map((addressused) => ({ addressused, participationtypemask: mask }));
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

function htmlOf(text: string): string {
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return safe
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${paragraph.replaceAll('\n', '<br>')}</p>`)
    .join('');
}
