import { asMailroomError } from '../base/errors.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import { sendEmail } from '../rules/send-email.ts';
import { readConditionContext } from '../store/fetch/read-condition-context.ts';
import type { MailboxLeases } from '../store/mailbox-leases.ts';
import type { Filter } from '../store/record-store.ts';
import { EmailStatus } from '../tables/choices.ts';
import type { ActionContext, ActionHandler } from '../webapi/actions.ts';
import { readQueryBase } from './query-base.ts';

/** Emails handed over by one call, at most. */
const mostEmails = 5000;

/** `BackgroundSendEmail`: hands the drafts that `Query` selects to the sender, each on its own, and answers the selected emails that now wait to be sent; without a query all that wait and the caller may see. One that is refused stays a draft (OU-18). */
export function backgroundSend(leases: MailboxLeases): ActionHandler<RuledStore> {
  return async (context, _bound, parameters) => {
    const selected = await selectedEmails(context, parameters.Query);
    const touched = new Set<string>();
    for (const id of selected.drafts) {
      const mailboxid = await handOver(context, id);
      if (mailboxid !== null) touched.add(mailboxid);
    }
    for (const mailboxid of touched) await leases.schedule(mailboxid, 'outgoing', context.clock.now());
    const { rows } = await context.records.retrieveMultiple({
      table: 'email',
      columns: ['subject', 'statecode', 'statuscode', 'createdon', 'attachmentcount'],
      filter: { and: [waiting, ...selected.limit] },
      orderBy: [{ column: 'createdon' }],
      limit: mostEmails,
    });
    return {
      EntityCollection: rows.map(({ activityid, subject, statecode, statuscode, createdon }) => ({
        ...{ '@odata.type': '#Microsoft.Dynamics.CRM.email', activityid, subject, statecode, statuscode },
        createdon: createdon?.toISOString() ?? null,
      })),
      HasAttachments: rows.map((row) => (row.attachmentcount ?? 0) > 0),
    };
  };
}

const waiting: Filter = { column: 'statuscode', operator: 'eq', value: EmailStatus.pendingSend };

async function selectedEmails(
  context: ActionContext<RuledStore>,
  query: unknown,
): Promise<{ readonly drafts: readonly string[]; readonly limit: readonly Filter[] }> {
  if (query === undefined) return { drafts: [], limit: [] };
  const { records, caller, clock } = context;
  const fetch = readQueryBase(query, 'email', await readConditionContext(records, caller.systemuserid, clock.now()));
  const entity = { ...fetch.entity, attributes: [{ column: 'activityid' }, { column: 'statuscode' }] };
  const { rows } = await records.fetch({ ...fetch, count: Math.min(fetch.count ?? mostEmails, mostEmails), entity });
  const ids = [...new Set(rows.map((row) => String(row.activityid)))];
  const drafts = new Set(
    rows.filter((row) => row.statuscode === EmailStatus.draft).map((row) => String(row.activityid)),
  );
  return { drafts: [...drafts], limit: [{ column: 'activityid', operator: 'in', value: ids }] };
}

/** The mailbox it goes through; null when it was refused or waits there anyway. */
async function handOver({ records, log }: ActionContext<RuledStore>, emailid: string): Promise<string | null> {
  try {
    return (await records.act((rules) => sendEmail(rules, emailid, true, undefined))).mailboxid;
  } catch (thrown) {
    const error = asMailroomError(thrown);
    if (error.kind === 'internal' || error.kind === 'transient') throw error;
    log.info({ emailid, reason: error.message }, 'BackgroundSendEmail left an email a draft');
    return null;
  }
}
