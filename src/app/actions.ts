import { discoveryNetwork } from '../connectors/discovery/discovery-network.ts';
import { findMailSettings } from '../connectors/discovery/find-mail-settings.ts';
import { applyDefaultEmailSettings } from '../rules/apply-default-email-settings.ts';
import { convertToForwardMailbox } from '../rules/convert-to-forward-mailbox.ts';
import { giveMailbox } from '../rules/give-mailbox.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import { lockFor } from '../rules/visible-row.ts';
import { deliverAgain, sendTestEvent } from '../rules/webhook-actions.ts';
import { createMailboxConsents } from '../store/mailbox-consents.ts';
import { RecordState } from '../tables/choices.ts';
import type { ActionHandlers } from '../webapi/actions.ts';
import { accessActions } from './access-actions.ts';
import { accountActions } from './account-actions.ts';
import { actActions } from './act-actions.ts';
import { addressActions } from './address-actions.ts';
import { auditActions } from './audit-actions.ts';
import { blockActions } from './block-actions.ts';
import { boundTo } from './bound-to.ts';
import { calendarActions } from './calendar-actions.ts';
import { contentActions } from './content-actions.ts';
import { deliveryActions } from './delivery-actions.ts';
import { createIncomingActions, type IncomingActionsOptions } from './incoming-actions.ts';
import { needsConsent } from './oauth-provider.ts';
import { overviewActions } from './overview-actions.ts';
import { queueActions } from './queue-actions.ts';
import { sendingActions } from './sending-actions.ts';
import { testConnectionActions } from './test-connection.ts';
import { tokenActions } from './token-actions.ts';

/** What the actions need beside the caller. */
export interface ActionsOptions extends IncomingActionsOptions {
  /** Where a person consents for a mailbox (CN-05). */
  readonly consentUrl?: (mailboxid: string) => string;
}

/** The messages that reach code: SendEmail and ours (prefix `mr_`). */
export function createActions(options: ActionsOptions): ActionHandlers<RuledStore> {
  return {
    ...accessActions,
    ...accountActions(options),
    ...actActions(options),
    ...addressActions,
    ...auditActions,
    ...blockActions,
    ...calendarActions,
    ...contentActions(options.leases),
    ...createIncomingActions(options),
    ...deliveryActions,
    ...overviewActions(options),
    ...queueActions,
    ...sendingActions(options),
    ...testConnectionActions(options),
    ...tokenActions,
    mr_ApplyDefaultEmailSettings: async (context, bound, parameters) => {
      const id = boundTo(bound, 'mailbox');
      await context.records.act((rules) => applyDefaultEmailSettings(rules, [id], parameters.TestAndEnable !== false));
      return undefined;
    },
    mr_ConvertToForwardMailbox: async (context, bound) => {
      await context.records.act((rules) => convertToForwardMailbox(rules, boundTo(bound, 'mailbox')));
      return undefined;
    },
    mr_GiveMailbox: async (context, bound, parameters) => {
      const id = boundTo(bound, 'mailbox');
      await context.records.act((rules) =>
        giveMailbox(rules, id, String(parameters.UserId), parameters.Confirm === true),
      );
      return undefined;
    },
    mr_DeliverAgain: async (context, bound) => {
      await context.records.act((rules) => deliverAgain(rules, boundTo(bound, 'mr_delivery')));
      return undefined;
    },
    mr_SendTestEvent: async (context, bound) => ({
      DeliveryId: await context.records.act((rules) => sendTestEvent(rules, boundTo(bound, 'mr_webhook'))),
    }),
    mr_FindMailSettings: async (_context, _bound, parameters) => ({
      Settings: await findMailSettings(String(parameters.Address), discoveryNetwork(), AbortSignal.timeout(20_000)),
    }),
    mr_TestAndEnableMailboxes: async (context, bound) => {
      const profileid = boundTo(bound, 'emailserverprofile');
      const { rows } = await context.records.retrieveMultiple({
        table: 'mailbox',
        columns: ['mailboxid'],
        filter: {
          and: [
            { column: 'emailserverprofile', operator: 'eq', value: profileid },
            { column: 'statecode', operator: 'eq', value: RecordState.active },
          ],
        },
      });
      for (const { mailboxid } of rows) {
        if (!mailboxid) continue;
        await context.records.update('mailbox', mailboxid, { testemailconfigurationscheduled: true });
        await options.leases.schedule(mailboxid, 'test', options.clock.now());
      }
      return { Count: rows.length };
    },
    mr_TestAndEnable: async (context, bound) => {
      const id = boundTo(bound, 'mailbox');
      await context.records.update('mailbox', id, { testemailconfigurationscheduled: true });
      await options.leases.schedule(id, 'test', options.clock.now());
      return undefined;
    },
    mr_MailboxConsent: async (context, bound) => {
      const id = boundTo(bound, 'mailbox');
      const mailbox = await context.records.act((rules) => lockFor(rules, 'write', 'mailbox', id));
      const consent = await createMailboxConsents(options.database).read(id);
      return {
        IsNeeded: await needsConsent(options.database.records, mailbox),
        Url: options.consentUrl?.(id) ?? `/consent/${id}`,
        State: consent === undefined ? 'missing' : consent.refusedOn === null ? 'given' : 'refused',
        Account: consent?.account ?? null,
        GivenOn: consent?.issuedOn.toISOString() ?? null,
        Refusal: consent?.refusal ?? null,
      };
    },
    mr_RunMailboxNow: async (context, bound) => {
      const id = boundTo(bound, 'mailbox');
      const row = await context.records.act((rules) => lockFor(rules, 'write', 'mailbox', id));
      const now = options.clock.now();
      await options.leases.reconcile(now);
      if (row.enabledforincomingemail) await options.leases.schedule(id, 'incoming', now);
      if (row.enabledforoutgoingemail) await options.leases.schedule(id, 'outgoing', now);
      if (row.enabledforact) await options.leases.schedule(id, 'act', now);
      return undefined;
    },
  };
}
