import { catalog, type TableName } from '../tables/catalog.ts';
import { type ActionHandler, type BoundRecord, findAction } from './actions.ts';
import type { ApiTable } from './api-model.ts';
import type { ApiContext, ApiRequest, ApiResponse } from './api-request.ts';
import { type BuiltIn, builtIns } from './callable-messages.ts';
import { readCollection } from './collections.ts';
import type { JsonObject } from './entity-json.ts';
import { badPayload, HttpError } from './http-error.ts';
import { parseJsonObject } from './json-body.ts';
import { isGuid, parseInstant } from './literal-value.ts';
import type { MessageDefinition, ParameterType } from './message-definition.ts';
import { findMessage } from './message-definitions.ts';
import { didYouMean } from './nearest.ts';
import type { Literal } from './odata-ast.ts';
import type { PathArgument } from './odata-url.ts';
import { readRecordParameter } from './record-parameter.ts';
import { noContent, ok, requireMethod } from './responses.ts';
import { retrieveRow } from './rows.ts';
import { followedVersion, standardActions } from './standard-actions.ts';

const namespace = 'Microsoft.Dynamics.CRM.';

/** How a message is addressed in the path. */
export interface MessageCall {
  /** With or without namespace. */
  readonly name: string;
  readonly args: readonly PathArgument[];
  /** The table of the set before it; absent when unbound. */
  readonly table?: ApiTable;
  /** The record before it. */
  readonly id?: string;
}

/** True when a path segment names a message that can be called. */
export function isMessage(context: ApiContext, name: string): boolean {
  const plain = withoutNamespace(name);
  return name.startsWith(namespace) || builtIn(plain) !== undefined || findAction(context.actions, plain) !== undefined;
}

/** Calls an action (POST) or a function (GET). Throws 404 for one that does not exist, 400 for wrong parameters. */
export async function callMessage(context: ApiContext, request: ApiRequest, call: MessageCall): Promise<ApiResponse> {
  const name = withoutNamespace(call.name);
  const handler = findAction(context.actions, name) ?? builtIn(name) ?? findAction(standardActions, name);
  if (handler === undefined) throw unknownMessage(context, name);
  const definition = findMessage(name);
  requireBinding(definition, call);
  const isFunction = definition?.kind === 'function' || (definition === undefined && request.method === 'GET');
  requireMethod(request, isFunction ? 'GET' : 'POST');
  const given = isFunction ? fromPath(call.args) : hasBody(request) ? parseJsonObject(request.body) : {};
  const parameters = definition === undefined ? given : checked(definition, given);
  const bound: BoundRecord | undefined =
    call.table === undefined || call.id === undefined ? undefined : { table: call.table.name, id: call.id };
  const { caller, records, clock, log } = context;
  const readRecord = (parameter: unknown) => readRecordParameter(context, parameter as JsonObject);
  const result = await run(context, name, handler, { caller, records, clock, log, readRecord }, bound, parameters);
  if (definition?.returnsRecords !== undefined) {
    return answerRecords(context, request, definition.returnsRecords, (result?.ids ?? []) as readonly string[]);
  }
  if (result === undefined) return noContent();
  const shape =
    definition?.returnsUnstored === true ? 'Collection(mscrm.crmbaseentity)' : `${namespace}${name}Response`;
  return ok({ '@odata.context': `${context.serviceRoot}$metadata#${shape}`, ...result });
}

/** The records a function found, as a collection that `$select`, `$filter` and the like apply to. */
function answerRecords(
  context: ApiContext,
  request: ApiRequest,
  name: TableName,
  ids: readonly string[],
): Promise<ApiResponse> {
  const table = context.model.byName(name);
  if (table === undefined) throw new HttpError(500, '80040216', `The table '${name}' is not in the model.`);
  return readCollection(context, request, table, { column: table.definition.primaryId, operator: 'in', value: ids });
}

type Handler = ActionHandler | BuiltIn;

function builtIn(name: string): Handler | undefined {
  return builtIns.find((known) => known === name) ?? findAction(standardActions, name);
}

async function run(
  context: ApiContext,
  name: string,
  handler: Handler,
  action: Parameters<ActionHandler>[0],
  bound: BoundRecord | undefined,
  parameters: JsonObject,
): Promise<JsonObject | undefined> {
  if (handler === 'WhoAmI') {
    const { organizationid } = await context.organization();
    return {
      BusinessUnitId: (await context.conditions()).businessUnitId ?? '00000000-0000-0000-0000-000000000000',
      UserId: context.caller.systemuserid,
      OrganizationId: organizationid,
    };
  }
  if (handler === 'RetrieveCurrentOrganization') return currentOrganization(context, String(parameters.AccessType));
  if (handler === 'RetrieveTotalRecordCount') return totals(context, parameters.EntityNames as readonly string[]);
  if (bound !== undefined && findMessage(name)?.mayBeNew !== true) {
    const { primaryId } = catalog[bound.table];
    const row = await retrieveRow(context.records, bound.table, bound.id, [primaryId]);
    if (row === undefined)
      throw new HttpError(404, '80040217', `Entity '${bound.table}' With Id = ${bound.id} Does Not Exist`);
  }
  return handler(action, bound, parameters);
}

/** Members of EndpointAccessType; all ways lead to the same addresses here. */
const accessTypes: readonly string[] = ['Default', 'Internet', 'Intranet'];

async function currentOrganization(context: ApiContext, accessType: string): Promise<JsonObject> {
  if (!accessTypes.includes(accessType))
    throw badPayload(`AccessType takes ${accessTypes.join(', ')}, found '${accessType.slice(0, 60)}'.`);
  const { organizationid, name } = await context.organization();
  const root = new URL('/', context.serviceRoot).href;
  return {
    Detail: {
      OrganizationId: organizationid,
      FriendlyName: name,
      OrganizationVersion: followedVersion,
      UniqueName: `mr_${organizationid.replaceAll('-', '')}`,
      UrlName: new URL(root).hostname,
      State: 'Enabled',
      Endpoints: {
        Count: 2,
        IsReadOnly: false,
        Keys: ['WebApplication', 'OrganizationDataService'],
        Values: [root, context.serviceRoot],
      },
    },
  };
}

async function totals(context: ApiContext, names: readonly string[]): Promise<JsonObject> {
  const values: number[] = [];
  for (const name of names) {
    const table = context.model.byName(name);
    if (table === undefined) {
      const hint = didYouMean(
        name,
        context.model.tables.map((known) => known.name),
      );
      throw new HttpError(400, '80040217', `There is no table '${name.slice(0, 100)}'.${hint}`);
    }
    values.push(await context.records.count(table.name as TableName));
  }
  return { EntityRecordCountCollection: { Count: names.length, IsReadOnly: false, Keys: names, Values: values } };
}

function requireBinding(definition: MessageDefinition | undefined, call: MessageCall): void {
  if (definition === undefined) return;
  const { name, boundTo, alsoBoundTo = [], onCollection } = definition;
  const shape =
    boundTo === undefined
      ? name
      : `${boundTo} ${onCollection ? 'set' : 'record'}, as in <set>${onCollection ? '' : '(<id>)'}/${namespace}${name}`;
  const fits =
    boundTo === undefined
      ? call.table === undefined
      : call.table !== undefined &&
        [boundTo, ...alsoBoundTo].includes(call.table.name) &&
        (call.id === undefined) === (onCollection === true);
  if (!fits)
    throw new HttpError(
      404,
      '80060888',
      `Resource not found for the segment '${name}'. It is ${boundTo === undefined ? 'not bound to a record' : 'called on'} ${boundTo === undefined ? '' : `an ${shape}`}`.trimEnd(),
    );
}

function unknownMessage(context: ApiContext, name: string): HttpError {
  const known = [...Object.keys(context.actions), ...Object.keys(standardActions), ...builtIns];
  return new HttpError(
    404,
    '80060888',
    `Resource not found for the segment '${name.slice(0, 100)}'.${didYouMean(name, known)}`,
  );
}

function hasBody(request: ApiRequest): boolean {
  return request.body !== undefined && request.body.length > 0;
}

function withoutNamespace(name: string): string {
  return name.startsWith(namespace) ? name.slice(namespace.length) : name;
}

function fromPath(args: readonly PathArgument[]): JsonObject {
  const found: JsonObject = Object.create(null) as JsonObject;
  for (const arg of args) {
    if (arg.name === undefined)
      throw badPayload('The parameters of a function are given by name, as in Name(P1=@a)?@a=1.');
    found[arg.name] =
      'json' in arg ? arg.json : Array.isArray(arg.value) ? arg.value.map(plain) : plain(arg.value as Literal);
  }
  return found;
}

function plain(literal: Literal): unknown {
  if (literal.type === 'null') return null;
  return literal.type === 'number' ? Number(literal.value) : literal.value;
}

function checked(definition: MessageDefinition, given: Readonly<JsonObject>): JsonObject {
  const found: JsonObject = {};
  for (const name of Object.keys(given)) {
    if (name.includes('@') || definition.parameters.some((parameter) => parameter.name === name)) continue;
    const hint = didYouMean(
      name,
      definition.parameters.map((parameter) => parameter.name),
    );
    throw badPayload(`${definition.name} has no parameter '${name.slice(0, 100)}'.${hint}`);
  }
  for (const { name, type, required } of definition.parameters) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined || value === null) {
      if (required) throw badPayload(`${definition.name} needs the parameter '${name}' (${type}).`);
      continue;
    }
    if (!fitsType(value, type)) throw badPayload(`The parameter '${name}' of ${definition.name} must be ${type}.`);
    found[name] = value;
  }
  return found;
}

function fitsType(value: unknown, type: ParameterType): boolean {
  switch (type) {
    case 'Edm.String':
    case 'Edm.Binary':
      return typeof value === 'string' && !value.includes('\u0000');
    case 'Edm.Boolean':
      return typeof value === 'boolean';
    case 'Edm.Int32':
    case 'Edm.Int64':
      return Number.isSafeInteger(value);
    case 'Edm.Guid':
      return typeof value === 'string' && isGuid(value);
    case 'Edm.DateTimeOffset':
      return typeof value === 'string' && parseInstant(value) !== undefined;
    case 'record':
    case 'PrincipalAccess':
    case 'PagingInfo':
    case 'QueryBase':
      return typeof value === 'object' && !Array.isArray(value);
    case 'Collection(Edm.String)':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'Collection(record)':
    case 'Collection(RolePrivilege)':
      return Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null);
  }
}
