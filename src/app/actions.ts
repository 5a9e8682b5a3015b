import { MailroomError } from '../base/errors.ts';
import { createRuledStore, type RuledStore, type RuledStoreOptions } from '../rules/ruled-store.ts';
import { sendEmail } from '../rules/send-email.ts';
import { resolveUncertainSend } from '../rules/uncertain-send.ts';
import type { MailboxLeases } from '../store/mailbox-leases.ts';
import type { ActionContext, ActionHandler, ActionHandlers, BoundRecord } from '../webapi/actions.ts';

/** What the actions need beside the caller. */
export interface ActionsOptions extends Omit<RuledStoreOptions, 'caller'> {
  readonly leases: MailboxLeases;
}

/** The messages that reach code: SendEmail and ours (prefix `mr_`). */
export function createActions(options: ActionsOptions): ActionHandlers {
  const storeOf = (context: ActionContext): RuledStore => createRuledStore({ ...options, caller: context.caller });
  return {
    SendEmail: async (context, bound, parameters) => {
      const token = parameters.TrackingToken;
      const sent = await storeOf(context).act((rules) =>
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
    mr_MarkSent: uncertain(storeOf, 'sent'),
    mr_SendAgain: uncertain(storeOf, 'again'),
    mr_TestAndEnable: async (context, bound) => {
      const { id } = required(bound, 'mailbox');
      await storeOf(context).update('mailbox', id, { testemailconfigurationscheduled: true });
      await options.leases.schedule(id, 'test', options.clock.now());
      return undefined;
    },
    mr_RunMailboxNow: async (context, bound) => {
      const { id } = required(bound, 'mailbox');
      const row = await storeOf(context).retrieve('mailbox', id, [
        'enabledforincomingemail',
        'enabledforoutgoingemail',
      ]);
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

function uncertain(storeOf: (context: ActionContext) => RuledStore, decision: 'sent' | 'again'): ActionHandler {
  return async (context, bound) => {
    await storeOf(context).act((rules) => resolveUncertainSend(rules, required(bound, 'email').id, decision));
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
