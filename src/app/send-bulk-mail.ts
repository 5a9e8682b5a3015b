import { asMailroomError, type MailroomError } from '../base/errors.ts';
import { draftFromTemplate } from '../rules/instantiate-template.ts';
import { refuse } from '../rules/refuse.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import { sendEmail } from '../rules/send-email.ts';
import { readConditionContext } from '../store/fetch/read-condition-context.ts';
import type { MailboxLeases } from '../store/mailbox-leases.ts';
import { catalog } from '../tables/catalog.ts';
import type { EntityReference } from '../tables/table-definition.ts';
import type { ActionContext, ActionHandler } from '../webapi/actions.ts';
import { readQueryBase } from './query-base.ts';

/** Who can be written to, and the column by which they decline mail to many. */
const receivers = {
  account: 'donotbulkemail',
  contact: 'donotbulkemail',
  lead: 'donotbulkemail',
  systemuser: undefined,
} as const;
type Receiver = keyof typeof receivers;

/** Emails made by one call, at most. */
const mostEmails = 5000;

/**
 * `SendBulkMail`: an email from a template to each record that `Query` selects (without a query to the regarding record), each an
 * ordinary email in Pending Send (OU-18). Who declines bulk mail is left out; one that is refused does not stop the others. Throws
 * the first refusal when nobody could be written to.
 */
export function sendBulkMail(leases: MailboxLeases): ActionHandler<RuledStore> {
  return async (context, _bound, parameters) => {
    const sender = await context.readRecord(parameters.Sender);
    if (sender.id === undefined) refuse('80040203', 'Sender must name an existing user or queue: give its id.');
    const from = { table: sender.table, id: sender.id };
    const regarding = { table: String(parameters.RegardingType), id: String(parameters.RegardingId) };
    const recipients = await selected(context, parameters.Query, regarding);
    const touched = new Set<string>();
    let refusal: MailroomError | undefined;
    let made = 0;
    for (const recipient of recipients) {
      try {
        const mailboxid = await write(context, String(parameters.TemplateId), from, regarding, recipient);
        if (mailboxid !== null) touched.add(mailboxid);
        made += 1;
      } catch (thrown) {
        const error = asMailroomError(thrown);
        if (error.kind === 'internal' || error.kind === 'transient') throw error;
        context.log.info({ recipient, reason: error.message }, 'SendBulkMail left a recipient out');
        refusal ??= error;
      }
    }
    for (const mailboxid of touched) await leases.schedule(mailboxid, 'outgoing', context.clock.now());
    if (made === 0 && refusal !== undefined) throw refusal;
    return undefined;
  };
}

/** The email exists and waits, or neither. */
async function write(
  context: ActionContext<RuledStore>,
  templateid: string,
  sender: EntityReference,
  regarding: EntityReference,
  recipient: EntityReference,
): Promise<string | null> {
  const about = { regarding, systemuserid: context.caller.systemuserid };
  return context.records.together(async (store) => {
    const [id = ''] = await draftFromTemplate(store, templateid, about, sender, [recipient]);
    return (await store.act((rules) => sendEmail(rules, id, true, undefined))).mailboxid;
  });
}

async function selected(
  { records, caller, clock }: ActionContext<RuledStore>,
  query: unknown,
  regarding: EntityReference,
): Promise<readonly EntityReference[]> {
  if (query === undefined || query === null) return [regarding];
  const table = tableOf(query as Readonly<Record<string, unknown>>);
  const fetch = readQueryBase(query, table, await readConditionContext(records, caller.systemuserid, clock.now()));
  const { primaryId } = catalog[table];
  const declines = receivers[table];
  const attributes = [{ column: primaryId }, ...(declines === undefined ? [] : [{ column: declines }])];
  const { rows } = await records.fetch({
    ...fetch,
    count: Math.min(fetch.count ?? mostEmails, mostEmails),
    entity: { ...fetch.entity, attributes },
  });
  const willing = rows.filter((row) => declines === undefined || row[declines] !== true);
  return [...new Set(willing.map((row) => String(row[primaryId])))].map((id) => ({ table, id }));
}

function tableOf(query: Readonly<Record<string, unknown>>): Receiver {
  const name =
    typeof query.Query === 'string' ? /<entity\s[^>]*\bname=["'](\w+)/.exec(query.Query)?.[1] : query.EntityName;
  if (typeof name === 'string' && Object.hasOwn(receivers, name)) return name as Receiver;
  return refuse('80040203', `Query must select rows of ${Object.keys(receivers).join(', ')}. Change its entity.`);
}
