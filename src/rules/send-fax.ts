import { refuse } from './refuse.ts';
import type { RuleContext } from './table-rules.ts';
import { lockFor } from './visible-row.ts';

/** fax.statecode and statuscode. */
const open = 0;
const sent = { statecode: 1, statuscode: 3 } as const;

/** Marks a fax as sent (message SendFax). Throws `mr_NoFaxServer` when it is to be transmitted, 80040203 for one that is closed. */
export async function sendFax(context: RuleContext, faxid: string, issueSend: boolean): Promise<void> {
  const fax = await lockFor(context, 'write', 'fax', faxid);
  if (fax.statecode !== open) refuse('80040203', 'The fax is closed already; only an open one can be sent.');
  if (issueSend)
    refuse(
      'mr_NoFaxServer',
      'Mailroom transmits no faxes. Send it by other means and call SendFax with IssueSend false, which marks it as sent.',
    );
  await context.records.update('fax', faxid, {
    ...sent,
    actualend: context.clock.now(),
  });
}
