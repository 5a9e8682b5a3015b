import type { EntityReference } from '../tables/table-definition.ts';
import type { RecordParameter } from './actions.ts';
import type { ApiContext } from './api-request.ts';
import { readEntityBody } from './entity-body.ts';
import type { JsonObject } from './entity-json.ts';
import { badPayload, unknownName } from './http-error.ts';
import { readReference } from './keys.ts';
import { isGuid } from './literal-value.ts';
import { didYouMean } from './nearest.ts';

const typePrefix = /^#?(?:Microsoft\.Dynamics\.CRM\.|mscrm\.)?/;

/** Reads `{"@odata.type": "Microsoft.Dynamics.CRM.email", ...}` or `{"@odata.id": "emails(<id>)"}`. Throws 400 when neither tells the table. */
export async function readRecordParameter(context: ApiContext, body: JsonObject): Promise<RecordParameter> {
  const { model, records, serviceRoot } = context;
  const referenceTo = (text: string, what: string): Promise<EntityReference> =>
    readReference(model, records, serviceRoot, context.contentIds?.get(text) ?? text, what);
  const url = body['@odata.id'];
  if (typeof url === 'string') {
    const found = await referenceTo(url, "'@odata.id'");
    return { ...found, values: async () => ({}) };
  }
  const type = body['@odata.type'];
  if (typeof type !== 'string')
    throw badPayload(
      `A record given as a parameter needs "@odata.type", as in {"@odata.type": "Microsoft.Dynamics.CRM.email", "activityid": "<id>"}.`,
    );
  const name = type.replace(typePrefix, '');
  const table = model.byName(name);
  if (table === undefined) {
    const hint = didYouMean(
      name,
      model.tables.map((known) => known.name),
    );
    throw unknownName(`"@odata.type" names the table '${name.slice(0, 100)}', which does not exist.${hint}`);
  }
  const { primaryId } = table.definition;
  const id = body[primaryId];
  if (id !== undefined && !isGuid(String(id))) throw badPayload(`'${primaryId}' must be a guid.`);
  return {
    table: table.name,
    id: id === undefined ? undefined : String(id).toLowerCase(),
    values: async () => {
      const { [primaryId]: _id, ...rest } = body;
      return (await readEntityBody(model, table, rest, 'create', referenceTo)).values;
    },
  };
}
