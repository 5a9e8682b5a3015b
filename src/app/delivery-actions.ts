import { normaliseMessageId } from '../formats/message-id.ts';
import { checkDelivery, deliver } from '../pipelines/incoming/deliver.ts';
import { createDirectory } from '../pipelines/incoming/directory.ts';
import { givenMail } from '../pipelines/incoming/given-mail.ts';
import type { IncomingMail } from '../pipelines/incoming/incoming-mail.ts';
import type { ByHand, Judging } from '../pipelines/incoming/incoming-turn.ts';
import { reasonCodes } from '../pipelines/incoming/reason-codes.ts';
import { mailboxAddresses } from '../pipelines/incoming/resolve-people.ts';
import { lookUpAddresses } from '../pipelines/parties.ts';
import { isUnlimited } from '../rules/access-rules.ts';
import { findMailboxOf } from '../rules/email-rules.ts';
import { refuse } from '../rules/refuse.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import type { RuleContext } from '../rules/table-rules.ts';
import { lockVisible } from '../rules/visible-row.ts';
import type { StoreScope } from '../store/database.ts';
import type { RecordOf } from '../tables/catalog.ts';
import type { ActionContext, ActionHandler, ActionHandlers } from '../webapi/actions.ts';
import type { JsonObject } from '../webapi/entity-json.ts';
import { type ExtraProperties, readExtra, readGivenMail } from './given-parameters.ts';
import { makeSenderRecord } from './sender-record.ts';

type Context = ActionContext<RuledStore>;

/** The messages by which programs hand mail over, judged by the code that judges mail from servers, and people track mail by hand (IN-47, SC-06). */
export const deliveryActions: ActionHandlers<RuledStore> = {
  CheckIncomingEmail: async (context, _bound, parameters) => {
    const { accepted, code } = await withGiven(context, parameters, async (rules, mail, extra) =>
      checkDelivery(scopeOf(rules), await judgingFor(rules, await mailboxOf(rules, extra)), mail),
    );
    return { ShouldDeliver: accepted, ReasonCode: code };
  },
  DeliverIncomingEmail: async (context, _bound, parameters) => {
    const activityid = await withGiven(context, parameters, async (rules, mail, extra) =>
      deliver(scopeOf(rules), await judgingFor(rules, await mailboxOf(rules, extra)), mail),
    );
    return { activityid };
  },
  CheckPromoteEmail: async (context, _bound, parameters) => {
    const direction = parameters.DirectionCode as number | undefined;
    const isThere = await context.records.act((rules) => isTracked(rules, String(parameters.MessageId), direction));
    return {
      ShouldPromote: !isThere,
      ReasonCode: isThere ? reasonCodes.AlreadyTracked : reasonCodes.Accepted,
    };
  },
  DeliverPromoteEmail: promoteByHand,
  DeliverImmediatePromoteEmail: promoteByHand,
};

/** Reads the message and runs `work` in one transaction. Throws 80040220 for callers who may not create emails for everybody. */
async function withGiven<T>(
  context: Context,
  parameters: Readonly<JsonObject>,
  work: (rules: RuleContext, mail: IncomingMail, extra: ExtraProperties) => Promise<T>,
): Promise<T> {
  const extra = readExtra(parameters.ExtraProperties);
  const given = await readGivenMail(context.records, parameters, extra);
  return context.records.act(async (rules) => {
    if (!isUnlimited(rules.caller, 'create', 'email')) {
      refuse(
        '80040220',
        'Handing over mail for others needs the privilege prvCreateActivity for the whole organisation. Track your own with DeliverPromoteEmail, or ask an administrator for a role.',
      );
    }
    return work(rules, givenMail(given, rules.clock.now()), extra);
  });
}

async function promoteByHand(...[context, bound, parameters]: Parameters<ActionHandler<RuledStore>>) {
  const extra = readExtra(parameters.ExtraProperties);
  const given = await readGivenMail(context.records, parameters, extra);
  const emailId = bound?.id ?? '';
  const activityid = await context.records.together((store) =>
    store.act(async (rules) => {
      const mail = givenMail(given, rules.clock.now());
      const user = { table: 'systemuser', id: rules.caller.systemuserid };
      const row = await rules.records.retrieve('systemuser', user.id, ['fullname']);
      const isOutgoing = extra.isOutgoing ?? (await isSentBy(rules, mail));
      const byHand: ByHand = { user, name: row?.fullname ?? user.id, emailId, isOutgoing };
      if (!isOutgoing) await makeSenderRecord(store, rules, mail);
      const mailbox = await findMailboxOf(rules, user);
      const judging = await judgingFor(
        rules,
        mailbox ? await rules.records.retrieve('mailbox', mailbox.id) : undefined,
      );
      return deliver(scopeOf(rules), { ...judging, byHand }, mail);
    }),
  );
  return { activityid };
}

/** IN-37: without a word on it, a message that names the caller as its sender was sent. */
async function isSentBy(rules: RuleContext, mail: IncomingMail): Promise<boolean> {
  const book = await lookUpAddresses(rules.scope, [mail.senderAddress]);
  const { systemuserid } = rules.caller;
  return (book.get(mail.senderAddress) ?? []).some(({ table, id }) => table === 'systemuser' && id === systemuserid);
}

/** Whether an email with the Message-ID is there; `direction` 1 asks for sent ones, 0 for received ones, none for either. */
async function isTracked(rules: RuleContext, messageId: string, direction: number | undefined): Promise<boolean> {
  const page = await rules.records.retrieveMultiple({
    table: 'email',
    columns: ['directioncode'],
    filter: { column: 'messageid', operator: 'eq', value: normaliseMessageId(messageId).slice(0, 320) },
  });
  return page.rows.some((row) => direction === undefined || (row.directioncode === true) === (direction === 1));
}

async function mailboxOf(rules: RuleContext, extra: ExtraProperties): Promise<RecordOf<'mailbox'> | undefined> {
  return extra.mailboxid === undefined ? undefined : lockVisible(rules, 'mailbox', extra.mailboxid);
}

/** The program decides what it hands over, so no start date applies. */
async function judgingFor(rules: RuleContext, mailbox: RecordOf<'mailbox'> | undefined): Promise<Judging> {
  return {
    context: { settings: rules.settings, clock: rules.clock, mailbox: mailbox ?? {} },
    mailboxid: mailbox?.mailboxid ?? undefined,
    addresses: mailboxAddresses(mailbox ?? {}),
    isForward: false,
    directory: createDirectory(),
    startOn: new Date(0),
    revisit: undefined,
  };
}

/** The caller's transaction, writing as the caller. */
const scopeOf = (rules: RuleContext): StoreScope => ({ ...rules.scope, records: rules.records });
