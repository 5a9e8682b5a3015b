import type { ActResponse } from '../contracts/act-item.ts';
import { actTypes } from '../pipelines/synchronization/act-types.ts';
import { type FolderPreview, previewAct } from '../pipelines/synchronization/preview.ts';
import { type FilterChange, previewFilter } from '../pipelines/synchronization/preview-filter.ts';
import { undoAct } from '../pipelines/synchronization/undo.ts';
import { checkPrivilege } from '../rules/access-rules.ts';
import { refuse } from '../rules/refuse.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import { giveDefaultFilters, giveFilters } from '../rules/synchronization-filters.ts';
import { lockFor, lockVisible } from '../rules/visible-row.ts';
import { parseFetchXml } from '../store/fetch/parse-fetch-xml.ts';
import { readOrganizationSettings } from '../store/organization-settings.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { QueryType } from '../tables/choices.ts';
import type { ActionContext, ActionHandler, ActionHandlers } from '../webapi/actions.ts';
import type { JsonObject } from '../webapi/entity-json.ts';
import {
  type ActOperationParts,
  answerQuestion,
  checkMayUndo,
  respondToMeeting,
  resyncLink,
  resyncMailbox,
  startFrom,
  takeItem,
  unlinked,
} from './act-operations.ts';
import { readActState } from './act-state.ts';
import { boundTo } from './bound-to.ts';
import { choiceLabel } from './cli/labels.ts';
import { retrieveExchangeAppointments } from './exchange-appointments.ts';
import type { IncomingActionsOptions } from './incoming-actions.ts';
import { actParts, withActPort } from './with-act-port.ts';

type Context = ActionContext<RuledStore>;
type Mailbox = RecordOf<'mailbox'>;

/** Time a caller waits for an answer that a server must give, milliseconds. */
const patienceMs = 45_000;

/** Synchronisation of appointments, contacts and tasks as messages: state, previews, questions, filters. */
export function actActions(options: IncomingActionsOptions): ActionHandlers<RuledStore> {
  const ofMailbox =
    (
      work: (
        mailbox: Mailbox,
        parts: ActOperationParts,
        context: Context,
        given: JsonObject,
      ) => Promise<JsonObject | undefined>,
    ): ActionHandler<RuledStore> =>
    async (context, bound, given) => {
      const id = boundTo(bound, 'mailbox');
      const mailbox = await context.records.act((rules) => lockFor(rules, 'write', 'mailbox', id));
      return work(mailbox, operationParts(options, context), context, given);
    };
  return {
    mr_RetrieveSyncState: async (context, bound) => {
      const id = boundTo(bound, 'mailbox');
      const mailbox = await context.records.act((rules) => lockVisible(rules, 'mailbox', id));
      return stateJson(context, mailbox);
    },
    mr_PreviewSync: ofMailbox(async (found, _parts, context, given) => {
      const mailbox =
        given.StartDate == null ? found : { ...found, mr_actstartdate: new Date(String(given.StartDate)) };
      const access = { ...options, log: context.log };
      const signal = AbortSignal.timeout(patienceMs);
      const folders = await withActPort(access, mailbox, signal, (turn, parts, port) => previewAct(turn, parts, port));
      return { Folders: folders.map(folderJson) };
    }),
    mr_PreviewFilter: ofMailbox(async (mailbox, _parts, context, given) =>
      filterPreview(options, mailbox, context, given),
    ),
    mr_AnswerSyncQuestion: ofMailbox(async (mailbox, parts, _context, given) => {
      await answerQuestion(parts, mailbox, String(given.Answer));
      return undefined;
    }),
    mr_StartSync: ofMailbox(async (mailbox, parts, _context, given) => {
      await startFrom(parts, mailbox, given.From == null ? null : new Date(String(given.From)));
      return undefined;
    }),
    mr_ResyncMailbox: ofMailbox(async (mailbox, parts) => ({ Links: await resyncMailbox(parts, mailbox) })),
    mr_UndoSync: ofMailbox(async (mailbox, _parts, context) => {
      checkMayUndo(mailbox);
      const access = { ...options, log: context.log };
      const endsOn = Date.now() + patienceMs;
      const done = await withActPort(access, mailbox, AbortSignal.timeout(2 * patienceMs), (turn, _all, port) =>
        undoAct(options.database, port, mailbox.mailboxid ?? '', turn.signal, () => Date.now() > endsOn),
      );
      return { Deleted: done.deleted, Kept: done.kept, Complete: done.isComplete };
    }),
    mr_RespondToMeeting: async (context, bound, given) => {
      const response = responseNames[String(given.Response)];
      if (response === undefined)
        return refuse('80040203', `"${String(given.Response)}" is no answer. Give accept, tentative or decline.`);
      const { table, id } = bound ?? refuse('80060888', 'Call it on an appointment or a recurring appointment.');
      await context.records.act((rules) => lockVisible(rules, table, id));
      const meeting = { recordId: id, systemuserid: context.caller.systemuserid };
      const comment = typeof given.Comment === 'string' ? given.Comment : '';
      await respondToMeeting(operationParts(options, context), meeting, response, comment);
      return undefined;
    },
    mr_UnlinkItem: async (context, bound) => {
      const { id } = await linkAndMailbox(context, boundTo(bound, 'exchangesyncidmapping'));
      await options.database.records.update('exchangesyncidmapping', id, unlinked);
      return undefined;
    },
    mr_TakeItem: async (context, bound) => {
      const { id, mailbox } = await linkAndMailbox(context, boundTo(bound, 'exchangesyncidmapping'));
      await takeItem(operationParts(options, context), mailbox, id);
      return undefined;
    },
    mr_ResyncItem: async (context, bound) => {
      const { id, mailbox } = await linkAndMailbox(context, boundTo(bound, 'exchangesyncidmapping'));
      await resyncLink(operationParts(options, context), mailbox, id);
      return undefined;
    },
    RetrieveExchangeAppointments: retrieveExchangeAppointments(options),
    InstantiateFilters: instantiateFilters,
    ResetUserFilters: resetUserFilters,
  };
}

const responseNames: Readonly<Record<string, ActResponse>> = {
  accept: 'accepted',
  tentative: 'tentative',
  decline: 'declined',
};

const operationParts = (options: IncomingActionsOptions, context: Context): ActOperationParts => ({
  database: { records: options.database.records.as(context.caller.systemuserid) },
  leases: options.leases,
  now: context.clock.now(),
});

/** A link that the caller sees, of a mailbox that the caller may change. */
async function linkAndMailbox(
  context: Context,
  id: string,
): Promise<{ readonly id: string; readonly mailbox: Mailbox }> {
  const mailbox = await context.records.act(async (rules) => {
    const link = await lockVisible(rules, 'exchangesyncidmapping', id);
    return lockFor(rules, 'write', 'mailbox', link.mr_mailboxid ?? '');
  });
  return { id, mailbox };
}

async function stateJson(context: Context, mailbox: Mailbox): Promise<JsonObject> {
  const state = await readActState(context.records, mailbox);
  return {
    Enabled: mailbox.enabledforact === true,
    Status: choiceLabel('mailbox', 'actstatus', mailbox.actstatus),
    Links: Object.entries(state.links).map(([State, Count]) => ({ State, Count })),
    Failing: state.failing,
    NextTryOn: state.nextTryOn?.toISOString() ?? null,
    OpenConflicts: state.conflicts,
    Question: mailbox.mr_actquestion ?? null,
    QuestionAskedOn: mailbox.mr_actquestionaskedon?.toISOString() ?? null,
    Answer: mailbox.mr_actanswer == null ? null : choiceLabel('mailbox', 'mr_actanswer', mailbox.mr_actanswer),
    StartDate: mailbox.mr_actstartdate?.toISOString() ?? null,
    FirstStartedOn: mailbox.mr_actfirststartedon?.toISOString() ?? null,
    FirstCompletedOn: mailbox.mr_actfirstcompletedon?.toISOString() ?? null,
    FirstTotal: mailbox.mr_actfirsttotal ?? null,
    FirstDone: mailbox.mr_actfirstdone ?? null,
  };
}

function folderJson(folder: FolderPreview): JsonObject {
  return {
    Folder: folder.folder,
    Linked: folder.linked,
    NewItems: folder.createItems,
    NewRecords: folder.createRecords,
    Compared: folder.merge,
    DeletedItems: folder.deleteItems,
    DeletedRecords: folder.deleteRecords,
    Unlinked: folder.unlink,
    Asks: folder.asks ?? null,
  };
}

async function filterPreview(
  options: IncomingActionsOptions,
  mailbox: Mailbox,
  context: Context,
  given: JsonObject,
): Promise<JsonObject> {
  const change = await filterChange(context, given);
  const settings = await readOrganizationSettings(options.database.records);
  const turn = { mailbox, settings, database: options.database, clock: options.clock };
  const found = await previewFilter(turn, actParts(options), change);
  return {
    Matching: found.matching,
    Added: found.added,
    Left: found.left,
    DeletedItems: found.deletedItems,
    AddedNames: [...found.addedNames],
    LeftNames: [...found.leftNames],
  };
}

/** What `mr_PreviewFilter` asks: a new filter (FetchXml), another text for one (both), or one that goes (FilterId). */
async function filterChange(context: Context, given: JsonObject): Promise<FilterChange> {
  const fetchxml = typeof given.FetchXml === 'string' ? given.FetchXml : undefined;
  const filterId = typeof given.FilterId === 'string' ? given.FilterId : undefined;
  if (fetchxml === undefined && filterId === undefined)
    refuse('80040203', 'Give FetchXml for a new filter, FilterId for one that would go, or both for one that changes.');
  const filter = filterId === undefined ? undefined : await visibleFilter(context, filterId);
  const table = fetchxml === undefined ? filter?.returnedtypecode : fetchXmlTable(fetchxml, context);
  const type = actTypes.find((one) => one.table === table);
  if (type === undefined)
    return refuse(
      '80040203',
      `${table ?? '(no table)'} is not synchronised. Choose one of ${actTypes.map((one) => one.table).join(', ')}.`,
    );
  return { table: type.table, fetchxml, filterId };
}

const fetchXmlTable = (fetchxml: string, { clock, caller }: Context): string =>
  parseFetchXml(fetchxml, {
    now: clock.now(),
    timeZone: 'UTC',
    userId: caller.systemuserid,
    businessUnitId: undefined,
    teamIds: [],
    languageCode: 1033,
  }).entity.table;

async function visibleFilter(context: Context, id: string): Promise<{ readonly returnedtypecode?: string | null }> {
  const found =
    (await context.records.retrieve('userquery', id, ['returnedtypecode'])) ??
    (await context.records.retrieve('savedquery', id, ['returnedtypecode']));
  return found ?? refuse('80040217', `There is no filter with the id ${id}.`);
}

/** FI-03: copies templates to a user; to others only for who may change them. */
async function instantiateFilters(context: Context, _bound: unknown, given: JsonObject): Promise<undefined> {
  const userId = String(given.UserId);
  const ids: string[] = [];
  for (const one of given.TemplateCollection as readonly JsonObject[]) {
    const { table, id } = await context.readRecord({ '@odata.type': 'Microsoft.Dynamics.CRM.savedquery', ...one });
    if (table !== 'savedquery' || id === undefined)
      refuse('80040203', `TemplateCollection holds savedqueries by their id, found a ${table}.`);
    if ((await context.records.retrieve('savedquery', id, ['savedqueryid'])) === undefined)
      refuse('80040217', `There is no savedquery with the id ${id}.`);
    ids.push(id);
  }
  await context.records.act(async (rules) => {
    if (userId === rules.caller.systemuserid) checkPrivilege(rules.caller, 'create', 'userquery');
    else await lockFor(rules, 'write', 'systemuser', userId);
    await giveFilters(rules.records, userId, ids);
  });
  return undefined;
}

/** FI-03: the caller's filters become the default ones again. */
async function resetUserFilters(context: Context, _bound: unknown, given: JsonObject): Promise<undefined> {
  if (Number(given.QueryType) !== QueryType.outlookFilter)
    refuse('80040203', `QueryType ${String(given.QueryType)} has no filters here; give ${QueryType.outlookFilter}.`);
  await context.records.act(async (rules) => {
    checkPrivilege(rules.caller, 'create', 'userquery');
    checkPrivilege(rules.caller, 'delete', 'userquery');
    await giveDefaultFilters(rules.records, rules.caller.systemuserid, true);
  });
  return undefined;
}
