import type { Clock } from '../base/clock.ts';
import { explainMessage } from '../pipelines/incoming/explain.ts';
import type { PreviewedMail } from '../pipelines/incoming/previewed-mail.ts';
import { askRevisit, type Revisit } from '../pipelines/incoming/revisit.ts';
import { type ListedFolder, listMailFolders } from '../pipelines/incoming/tracking/list-mail-folders.ts';
import { processInboundEmail } from '../rules/process-inbound-email.ts';
import { readSource } from '../rules/read-source.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import { lockFor, lockVisible } from '../rules/visible-row.ts';
import type { Database } from '../store/database.ts';
import type { MailboxLeases } from '../store/mailbox-leases.ts';
import type { RecordOf } from '../tables/catalog.ts';
import type { ActionHandler, ActionHandlers } from '../webapi/actions.ts';
import type { JsonObject } from '../webapi/entity-json.ts';
import { boundTo } from './bound-to.ts';
import { choiceLabel } from './cli/labels.ts';
import type { Connect } from './connectors.ts';
import { messageStory } from './message-story.ts';
import { previewMailbox } from './preview-mailbox.ts';
import { readMailFolders } from './read-mail-folders.ts';
import { revisitRequest } from './revisit-request.ts';

/** What the messages about incoming mail need beside the caller. */
export interface IncomingActionsOptions {
  readonly clock: Clock;
  readonly leases: MailboxLeases;
  readonly database: Database;
  readonly connect: Connect;
}

/** Time after which a preview ends with what it has, milliseconds: a caller waits for the answer. */
const previewMs = 45_000;

/** Messages that one answer tells of, at most. */
const mostPreviewed = 1000;

/** The messages about incoming mail. */
export function createIncomingActions(options: IncomingActionsOptions): ActionHandlers<RuledStore> {
  return {
    ProcessInboundEmail: async (context, bound) => {
      await context.records.act((rules) => processInboundEmail(rules, boundTo(bound, 'email')));
      return undefined;
    },
    mr_ExplainMessage: async (context, _bound, parameters) => {
      const explanation = await explainMessage(context.records, String(parameters.MessageId));
      return { Story: messageStory(explanation), Explanation: JSON.stringify(explanation) };
    },
    mr_RetrieveSource: async (context, bound) => {
      const { bytes, sizeBytes } = await context.records.act((rules) => readSource(rules, bound));
      return { Source: bytes.toString('base64'), SizeBytes: sizeBytes };
    },
    mr_PreviewMailbox: async (context, bound, parameters) => {
      const mailbox = await context.records.act((rules) => lockFor(rules, 'write', 'mailbox', bound?.id ?? ''));
      const kind = parameters.Reevaluate === true ? 'reevaluation' : 'backfill';
      return preview(options, mailbox, { kind, since: new Date(String(parameters.Since)) });
    },
    mr_ListMailFolders: async (context, bound, parameters) => {
      const id = bound?.id ?? '';
      const isLive = parameters.Live === true;
      const mailbox = await context.records.act((rules) =>
        isLive ? lockFor(rules, 'write', 'mailbox', id) : lockVisible(rules, 'mailbox', id),
      );
      const tree = isLive ? await readMailFolders(options, mailbox, AbortSignal.timeout(previewMs)) : undefined;
      return { Folders: (await listMailFolders(options.database, id, tree)).map(folderJson) };
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

async function preview(
  options: IncomingActionsOptions,
  mailbox: RecordOf<'mailbox'>,
  request: Pick<Revisit, 'kind' | 'since'>,
): Promise<JsonObject> {
  const deadline = options.clock.now().getTime() + previewMs;
  const mails: PreviewedMail[] = [];
  let [total, done] = [0, 0];
  for await (const step of previewMailbox(options, mailbox, request, AbortSignal.timeout(2 * previewMs))) {
    ({ total, done } = step);
    mails.push(...step.mails);
    if (mails.length >= mostPreviewed || options.clock.now().getTime() > deadline) break;
  }
  return {
    Complete: done === total,
    Total: total,
    Done: done,
    Tracked: mails.filter(({ verdict }) => verdict === 'tracked').length,
    Messages: JSON.stringify(mails.slice(0, mostPreviewed)),
  };
}

function folderJson({ id, name, parentId, path, isTrackable, itemCount, rule }: ListedFolder): JsonObject {
  return {
    Id: id,
    Name: name,
    ParentId: parentId ?? null,
    Path: path,
    CanBeTracked: isTrackable,
    ItemCount: itemCount ?? null,
    RuleId: rule?.mailboxtrackingfolderid ?? null,
    State: rule === undefined ? null : choiceLabel('mailboxtrackingfolder', 'mr_state', rule.mr_state),
    Reason: rule?.mr_statereason ?? null,
    ItemsDone: rule?.mr_itemsdone ?? null,
    ItemsTotal: rule?.mr_itemstotal ?? null,
  };
}
