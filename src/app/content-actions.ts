import { formatToken } from '../formats/tracking-token.ts';
import { takeTokenRun } from '../pipelines/outgoing/take-token-run.ts';
import { draftFromTemplate, instantiateTemplate, type TemplateAbout } from '../rules/instantiate-template.ts';
import { refuse } from '../rules/refuse.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import { sendEmail } from '../rules/send-email.ts';
import type { MailboxLeases } from '../store/mailbox-leases.ts';
import { catalog, findTable, type TableName } from '../tables/catalog.ts';
import type { EntityReference } from '../tables/table-definition.ts';
import type { ActionContext, ActionHandlers, RecordParameter } from '../webapi/actions.ts';
import type { JsonObject } from '../webapi/entity-json.ts';

type Context = ActionContext<RuledStore>;

/** Templates, tracking tokens, folder rules and field mappings as messages. */
export function contentActions(leases: MailboxLeases): ActionHandlers<RuledStore> {
  return {
    GetTrackingTokenEmail: async (context) => ({
      TrackingToken: await context.records.act(async (rules) => {
        const run = await takeTokenRun(rules.scope, rules.settings, rules.caller.systemuserid, 1);
        const { prefix, userBase, userDigits, counterDigits } = rules.settings.token;
        return formatToken({
          prefix,
          deploy: 0,
          user: userBase + run.user,
          userDigits,
          counter: run.next,
          counterDigits,
        });
      }),
    }),
    InstantiateTemplate: async (context, _bound, parameters) => {
      const table = String(parameters.ObjectType);
      const { subject, description } = await instantiateTemplate(
        context.records,
        String(parameters.TemplateId),
        about(context, { table, id: String(parameters.ObjectId) }),
      );
      const regarding = regardingBinding({ table, id: String(parameters.ObjectId) });
      return { value: [{ '@odata.type': '#Microsoft.Dynamics.CRM.email', subject, description, ...regarding }] };
    },
    SendEmailFromTemplate: async (context, _bound, parameters) => {
      const regarding = await existing(context, parameters.Regarding, 'Regarding');
      const target = await context.readRecord(parameters.Target);
      if (target.table !== 'email') refuse('80040203', `Target must be an email, found ${target.table}.`);
      const values = await target.values();
      const made = await instantiateTemplate(context.records, String(parameters.TemplateId), about(context, regarding));
      const id = await sendNew(context, leases, { ...made, ...values });
      // Older clients read the answer as the email itself.
      return { Id: id, activityid: id };
    },
    SendTemplate: async (context, _bound, parameters) => {
      const sender = await existing(context, parameters.Sender, 'Sender');
      const regarding = await existing(context, parameters.Regarding, 'Regarding');
      const recipients: EntityReference[] = [];
      for (const one of parameters.Recipients as readonly JsonObject[])
        recipients.push(await existing(context, one, 'Recipients'));
      if (recipients.length === 0) refuse('80040203', 'Recipients is empty. Name at least one.');
      const mailboxes = await context.records.together(async (store) => {
        const ids = await draftFromTemplate(
          store,
          String(parameters.TemplateId),
          about(context, regarding),
          sender,
          recipients,
        );
        const found: (string | null)[] = [];
        for (const id of ids) found.push((await store.act((rules) => sendEmail(rules, id, true, undefined))).mailboxid);
        return found;
      });
      for (const id of new Set(mailboxes)) if (id !== null) await leases.schedule(id, 'outgoing', context.clock.now());
      return undefined;
    },
    RetrieveMailboxTrackingFolders: async (context, _bound, parameters) => ({
      MailboxTrackingFolderMappings: await trackingFolders(context.records, String(parameters.MailboxId)),
    }),
    RetrievePrincipalSyncAttributeMappings: async (context, bound) => ({
      AttributeMappings: await attributeMappings(context.records, bound?.id ?? ''),
    }),
  };
}

/** The regarding record as a body of an email names it. */
function regardingBinding({ table, id }: EntityReference): JsonObject {
  const link = catalog.email.relationships.find(
    (one) => one.referencingColumn === 'regardingobjectid' && one.referencedTable === table,
  );
  const set = findTable(table)?.entitySetName;
  return link === undefined || set === undefined ? {} : { [`${link.navigationProperty}@odata.bind`]: `/${set}(${id})` };
}

const about = (context: Context, regarding: EntityReference): TemplateAbout => ({
  regarding,
  systemuserid: context.caller.systemuserid,
});

async function existing(context: Context, parameter: unknown, name: string): Promise<EntityReference> {
  const { table, id }: RecordParameter = await context.readRecord(parameter);
  if (id === undefined) return refuse('80040203', `${name} must name an existing record: give its id.`);
  return { table, id };
}

async function sendNew(
  context: Context,
  leases: MailboxLeases,
  values: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { id, mailboxid } = await context.records.together(async (store) => {
    const made = await store.create('email', values);
    return { id: made, ...(await store.act((rules) => sendEmail(rules, made, true, undefined))) };
  });
  if (mailboxid !== null) await leases.schedule(mailboxid, 'outgoing', context.clock.now());
  return id;
}

async function trackingFolders(records: RuledStore, mailboxid: string): Promise<readonly JsonObject[]> {
  const { rows } = await records.retrieveMultiple({
    table: 'mailboxtrackingfolder',
    filter: { column: 'mailboxid', operator: 'eq', value: mailboxid },
  });
  const found: JsonObject[] = [];
  for (const row of rows) {
    const regarding = row.regardingobjectid ?? undefined;
    found.push({
      ExchangeFolderId: row.exchangefolderid ?? null,
      ExchangeFolderName: row.exchangefoldername ?? null,
      RegardingObjectId: regarding?.id ?? null,
      RegardingObjectName: regarding === undefined ? null : await nameOf(records, regarding),
      RegardingObjectTypeCode: regarding === undefined ? null : (findTable(regarding.table)?.objectTypeCode ?? null),
      IsFolderOnboarded: (row.folderonboardingstatus ?? 0) === onboarded,
    });
  }
  return found;
}

/** `folderonboardingstatus` once the folder was taken in (FT). */
const onboarded = 2;

async function nameOf(records: RuledStore, { table, id }: EntityReference): Promise<string | null> {
  if (!Object.hasOwn(catalog, table)) return null;
  const { primaryName } = catalog[table as TableName];
  if (primaryName === undefined) return null;
  const row = await records.retrieve(table as TableName, id, [primaryName as never]);
  return ((row as Record<string, unknown> | undefined)?.[primaryName] as string | null | undefined) ?? null;
}

/** Every field of every table with its direction for this user: the own one where set, else the organisation's (FM-02). */
async function attributeMappings(records: RuledStore, principalid: string): Promise<readonly JsonObject[]> {
  const common = await records.retrieveMultiple({ table: 'syncattributemapping', limit: mostMappings });
  const own = await records.retrieveMultiple({
    table: 'principalsyncattributemap',
    filter: { column: 'principalid', operator: 'eq', value: principalid },
    limit: mostMappings,
  });
  const keyOf = (row: { readonly entitytypecode?: string | null; readonly mappingname?: string | null }): string =>
    `${row.entitytypecode} ${row.mappingname}`;
  const chosen = new Map(own.rows.map((row) => [keyOf(row), row]));
  return common.rows.map((row) => {
    const mine = chosen.get(keyOf(row));
    return {
      AttributeMappingId: mine?.principalsyncattributemapid ?? row.syncattributemappingid,
      MappingName: row.mappingname ?? null,
      AttributeCrmName: row.attributecrmname ?? null,
      AttributeExchangeName: row.attributeexchangename ?? null,
      AttributeCrmDisplayName: displayName(row.entitytypecode, row.attributecrmname),
      AttributeExchangeDisplayName: row.attributeexchangename ?? null,
      SyncDirection: mine?.syncdirection ?? row.syncdirection ?? 0,
      DefaultSyncDirection: row.defaultsyncdirection ?? 0,
      AllowedSyncDirection: row.allowedsyncdirection ?? 0,
      IsComputed: row.iscomputed ?? false,
      EntityTypeCode: findTable(row.entitytypecode ?? '')?.objectTypeCode ?? 0,
      ComputedProperties: (row.computedproperties ?? '').split(',').filter((name) => name !== ''),
    };
  });
}

/** More than all fields that are mapped. */
const mostMappings = 1000;

const displayName = (table: string | null | undefined, column: string | null | undefined): string | null =>
  findTable(table ?? '')?.columns[column ?? '']?.schemaName ?? column ?? null;
