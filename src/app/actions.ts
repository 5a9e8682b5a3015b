import type { Clock } from '../base/clock.ts';
import { MailroomError } from '../base/errors.ts';
import { applyDefaultEmailSettings } from '../rules/apply-default-email-settings.ts';
import { convertToForwardMailbox } from '../rules/convert-to-forward-mailbox.ts';
import { giveMailbox } from '../rules/give-mailbox.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import { sendEmail } from '../rules/send-email.ts';
import { resolveUncertainSend } from '../rules/uncertain-send.ts';
import { deliverAgain, sendTestEvent } from '../rules/webhook-actions.ts';
import type { MailboxLeases } from '../store/mailbox-leases.ts';
import type { ActionHandler, ActionHandlers, BoundRecord } from '../webapi/actions.ts';
import { addressActions } from './address-actions.ts';
import { blockActions } from './block-actions.ts';
import { contentActions } from './content-actions.ts';
import { createIncomingActions } from './incoming-actions.ts';
import { queueActions } from './queue-actions.ts';

/** What the actions need beside the caller. */
export interface ActionsOptions {
  readonly clock: Clock;
  readonly leases: MailboxLeases;
}

/** The messages that reach code: SendEmail and ours (prefix `mr_`). */
export function createActions(options: ActionsOptions): ActionHandlers<RuledStore> {
  return {
    ...addressActions,
    ...blockActions,
    ...contentActions(options.leases),
    ...createIncomingActions(options),
    ...queueActions,
    SendEmail: async (context, bound, parameters) => {
      const token = parameters.TrackingToken;
      const sent = await context.records.act((rules) =>
        sendEmail(
          rules,
          required(bound, 'email').id,
          parameters.IssueSend !== false,
          typeof token === 'string' && token !== '' ? token : undefined,
        ),
      );
      if (sent.mailboxid !== null) await options.leases.schedule(sent.mailboxid, 'outgoing', options.clock.now());
      return { Subject: sent.subject };
    },
    mr_MarkSent: uncertain('sent'),
    mr_SendAgain: uncertain('again'),
    mr_ApplyDefaultEmailSettings: async (context, bound, parameters) => {
      const { id } = required(bound, 'mailbox');
      await context.records.act((rules) => applyDefaultEmailSettings(rules, [id], parameters.TestAndEnable !== false));
      return undefined;
    },
    mr_ConvertToForwardMailbox: async (context, bound) => {
      await context.records.act((rules) => convertToForwardMailbox(rules, required(bound, 'mailbox').id));
      return undefined;
    },
    mr_GiveMailbox: async (context, bound, parameters) => {
      const { id } = required(bound, 'mailbox');
      await context.records.act((rules) =>
        giveMailbox(rules, id, String(parameters.UserId), parameters.Confirm === true),
      );
      return undefined;
    },
    mr_DeliverAgain: async (context, bound) => {
      await context.records.act((rules) => deliverAgain(rules, required(bound, 'mr_delivery').id));
      return undefined;
    },
    mr_SendTestEvent: async (context, bound) => ({
      DeliveryId: await context.records.act((rules) => sendTestEvent(rules, required(bound, 'mr_webhook').id)),
    }),
    mr_TestAndEnable: async (context, bound) => {
      const { id } = required(bound, 'mailbox');
      await context.records.update('mailbox', id, { testemailconfigurationscheduled: true });
      await options.leases.schedule(id, 'test', options.clock.now());
      return undefined;
    },
    mr_RunMailboxNow: async (context, bound) => {
      const { id } = required(bound, 'mailbox');
      const row = await context.records.retrieve('mailbox', id, ['enabledforincomingemail', 'enabledforoutgoingemail']);
      if (row === undefined)
        throw new MailroomError(`There is no mailbox with the id ${id}.`, { code: '80040217', kind: 'notFound' });
      const now = options.clock.now();
      await options.leases.reconcile(now);
      if (row.enabledforincomingemail) await options.leases.schedule(id, 'incoming', now);
      if (row.enabledforoutgoingemail) await options.leases.schedule(id, 'outgoing', now);
      return undefined;
    },
  };
}

function uncertain(decision: 'sent' | 'again'): ActionHandler<RuledStore> {
  return async (context, bound) => {
    await context.records.act((rules) => resolveUncertainSend(rules, required(bound, 'email').id, decision));
    return undefined;
  };
}

function required(bound: BoundRecord | undefined, table: string): BoundRecord {
  if (bound?.table === table) return bound;
  throw new MailroomError(
    `This action is bound to a record of ${table}: POST /${table}s(<id>)/Microsoft.Dynamics.CRM.<action>.`,
    { code: '80060888', kind: 'item' },
  );
}
