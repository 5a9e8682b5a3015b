import type { Clock } from '../base/clock.ts';
import { resendEmail, resendFailedEmails } from '../rules/resend-emails.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import { sendEmail } from '../rules/send-email.ts';
import { sendFax } from '../rules/send-fax.ts';
import { resolveUncertainSend } from '../rules/uncertain-send.ts';
import type { MailboxLeases } from '../store/mailbox-leases.ts';
import type { ActionHandler, ActionHandlers } from '../webapi/actions.ts';
import { backgroundSend } from './background-send.ts';
import { boundTo } from './bound-to.ts';
import { sendBulkMail } from './send-bulk-mail.ts';

/** Sending, sending again and deciding about mail of unknown fate as messages (OU-01, OU-16, PAIN-11, PAIN-12). */
export function sendingActions(options: {
  readonly clock: Clock;
  readonly leases: MailboxLeases;
}): ActionHandlers<RuledStore> {
  return {
    SendEmail: async (context, bound, parameters) => {
      const token = parameters.TrackingToken;
      const sent = await context.records.act((rules) =>
        sendEmail(
          rules,
          boundTo(bound, 'email'),
          parameters.IssueSend !== false,
          typeof token === 'string' && token !== '' ? token : undefined,
        ),
      );
      if (sent.mailboxid !== null) await options.leases.schedule(sent.mailboxid, 'outgoing', options.clock.now());
      return { Subject: sent.subject };
    },
    BackgroundSendEmail: backgroundSend(options.leases),
    SendBulkMail: sendBulkMail(options.leases),
    SendFax: async (context, _bound, parameters) => {
      const { FaxId, IssueSend } = parameters;
      await context.records.act((rules) => sendFax(rules, String(FaxId), IssueSend === true));
      return undefined;
    },
    mr_MarkSent: decide('sent'),
    mr_SendAgain: decide('again'),
    mr_Resend: async (context, bound) => {
      await context.records.act((rules) => resendEmail(rules, boundTo(bound, 'email')));
      return undefined;
    },
    mr_ResendFailed: async (context, _bound, parameters) => {
      const { MailboxId, ErrorCode, Since } = parameters;
      const { resent, refused, firstRefusal } = await resendFailedEmails(context.records, {
        mailboxid: typeof MailboxId === 'string' ? MailboxId : undefined,
        errorCode: typeof ErrorCode === 'string' ? ErrorCode : undefined,
        since: typeof Since === 'string' ? new Date(Since) : undefined,
      });
      return { Resent: resent, Refused: refused, FirstRefusal: firstRefusal };
    },
  };
}

function decide(decision: 'sent' | 'again'): ActionHandler<RuledStore> {
  return async (context, bound) => {
    await context.records.act((rules) => resolveUncertainSend(rules, boundTo(bound, 'email'), decision));
    return undefined;
  };
}
