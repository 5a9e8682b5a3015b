import type { Clock } from '../base/clock.ts';
import { explainMessage } from '../pipelines/incoming/explain.ts';
import { askRevisit, type Revisit } from '../pipelines/incoming/revisit.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import { lockFor } from '../rules/visible-row.ts';
import type { MailboxLeases } from '../store/mailbox-leases.ts';
import type { ActionHandler, ActionHandlers } from '../webapi/actions.ts';
import { messageStory } from './message-story.ts';
import { revisitRequest } from './revisit-request.ts';

/** What the messages about incoming mail need beside the caller. */
export interface IncomingActionsOptions {
  readonly clock: Clock;
  readonly leases: MailboxLeases;
}

/** The messages about incoming mail. */
export function createIncomingActions(options: IncomingActionsOptions): ActionHandlers<RuledStore> {
  return {
    mr_ExplainMessage: async (context, _bound, parameters) => {
      const explanation = await explainMessage(context.records, String(parameters.MessageId));
      return { Story: messageStory(explanation), Explanation: JSON.stringify(explanation) };
    },
    mr_BackfillMailbox: revisit(options, 'backfill'),
    mr_ReevaluateMailbox: revisit(options, 'reevaluation'),
  };
}

function revisit(options: IncomingActionsOptions, kind: Revisit['kind']): ActionHandler<RuledStore> {
  return async (context, bound, parameters) => {
    const id = bound?.id ?? '';
    const now = options.clock.now();
    await context.records.act(async (rules) => {
      const mailbox = await lockFor(rules, 'write', 'mailbox', id);
      const request = revisitRequest(mailbox, kind, new Date(String(parameters.Since)), now);
      await askRevisit(rules, id, request);
    });
    await options.leases.schedule(id, 'incoming', now);
    return undefined;
  };
}
