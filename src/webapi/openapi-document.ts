import type { ActionHandlers } from './actions.ts';
import type { ApiModel, ApiProperty, ApiTable } from './api-model.ts';
import { callableMessages } from './callable-messages.ts';
import type { MessageDefinition, ParameterType } from './message-definition.ts';

type Json = Readonly<Record<string, unknown>>;

const types: Readonly<Record<string, Json>> = {
  'Edm.String': { type: 'string' },
  'Edm.Boolean': { type: 'boolean' },
  'Edm.Int32': { type: 'integer', format: 'int32' },
  'Edm.Int64': { type: 'integer', format: 'int64' },
  'Edm.Decimal': { type: 'number' },
  'Edm.Double': { type: 'number', format: 'double' },
  'Edm.Guid': { type: 'string', format: 'uuid' },
  'Edm.Date': { type: 'string', format: 'date' },
  'Edm.DateTimeOffset': { type: 'string', format: 'date-time' },
  'Edm.Binary': { type: 'string', contentEncoding: 'base64' },
  record: { type: 'object', description: 'A record: "@odata.type" and its columns, or "@odata.id".' },
};

const problem = {
  description: 'Refused; the body says what, where and what to do.',
  content: json({ $ref: '#/components/schemas/Error' }),
};

/** The Web API as an OpenAPI 3.1 document, for tools that know no OData: every table's records and every message. */
export function openApiDocument(model: ApiModel, handlers: ActionHandlers, serviceRoot: string): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Mailroom Web API',
      version: '9.2',
      description: 'OData v4 in the form of Dataverse; $metadata is the complete description.',
    },
    servers: [{ url: serviceRoot.replace(/\/$/, '') }],
    security: [{ bearer: [] }],
    paths: {
      ...Object.fromEntries(model.tables.flatMap(tablePaths)),
      ...Object.fromEntries(callableMessages(handlers).map((message) => messagePath(model, message))),
    },
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      parameters: Object.fromEntries(
        options.map(([name, description, schema]) => [name, queryOption(name, description, schema)]),
      ),
      schemas: {
        Error: errorSchema,
        ...Object.fromEntries(model.tables.map((table) => [table.name, tableSchema(table)])),
      },
    },
  };
}

const options: readonly (readonly [string, string, Json])[] = [
  ['select', 'Columns to answer, separated by commas.', { type: 'string' }],
  ['filter', "Condition, as in statecode eq 0 and startswith(subject,'Offer').", { type: 'string' }],
  ['orderby', 'Columns to order by, as in createdon desc.', { type: 'string' }],
  ['expand', 'Related records to answer as well.', { type: 'string' }],
  ['top', 'Most records to answer.', { type: 'integer', minimum: 0 }],
  ['count', 'Whether to tell the number of all matches.', { type: 'boolean' }],
];

const queryOption = (name: string, description: string, schema: Json): Json => ({
  name: `$${name}`,
  in: 'query',
  description,
  schema,
});

const optionRefs = (...names: readonly string[]): readonly Json[] =>
  names.map((name) => ({ $ref: `#/components/parameters/${name}` }));

const errorSchema: Json = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: { code: { type: 'string' }, message: { type: 'string' } },
    },
  },
};

function tablePaths(table: ApiTable): (readonly [string, Json])[] {
  const { name, definition } = table;
  const { entitySetName, primaryId } = definition;
  const one = { $ref: `#/components/schemas/${name}` };
  const key = { name: primaryId, in: 'path', required: true, schema: types['Edm.Guid'] };
  const body = { required: true, content: json(one) };
  const operation = (id: string, summary: string, more: Json, responses: Json): Json => ({
    operationId: `${id}_${name}`,
    tags: [entitySetName],
    summary,
    ...more,
    responses: { ...responses, default: problem },
  });
  const page = {
    type: 'object',
    properties: { value: { type: 'array', items: one }, '@odata.nextLink': { type: 'string' } },
  };
  const done = { '204': { description: 'Done.' } };
  return [
    [
      `/${entitySetName}`,
      {
        get: operation(
          'list',
          `Lists ${entitySetName}`,
          { parameters: optionRefs('select', 'filter', 'orderby', 'expand', 'top', 'count') },
          { '200': { description: 'A page of records.', content: json(page) } },
        ),
        post: operation(
          'create',
          `Creates a record of ${name}`,
          { requestBody: body },
          {
            '204': { description: 'Created; OData-EntityId names it.' },
          },
        ),
      },
    ],
    [
      `/${entitySetName}({${primaryId}})`,
      {
        parameters: [key],
        get: operation(
          'get',
          `Reads a record of ${name}`,
          { parameters: optionRefs('select', 'expand') },
          {
            '200': { description: 'The record.', content: json(one) },
          },
        ),
        patch: operation(
          'update',
          `Changes a record of ${name}, or creates it under this id`,
          { requestBody: body },
          done,
        ),
        delete: operation('delete', `Deletes a record of ${name}`, {}, done),
      },
    ],
  ];
}

function messagePath(model: ApiModel, message: MessageDefinition): readonly [string, Json] {
  const table = message.boundTo === undefined ? undefined : model.byName(message.boundTo);
  const onRecord = table !== undefined && message.onCollection !== true;
  const set = table === undefined ? '' : `/${table.definition.entitySetName}`;
  const key = onRecord ? `({${table.definition.primaryId}})` : '';
  const isFunction = message.kind === 'function';
  const given = message.parameters.map(({ name }) => `${name}={${name}}`).join(',');
  const name = `${table === undefined ? '' : 'Microsoft.Dynamics.CRM.'}${message.name}${isFunction ? `(${given})` : ''}`;
  const inPath = [
    ...(onRecord ? [[table.definition.primaryId, 'Edm.Guid'] as const] : []),
    ...(isFunction ? message.parameters.map((one) => [one.name, one.type] as const) : []),
  ];
  const parameters = inPath.map(([one, type]) => ({ name: one, in: 'path', required: true, schema: schemaOf(type) }));
  const body = {
    type: 'object',
    properties: Object.fromEntries(message.parameters.map((one) => [one.name, schemaOf(one.type)])),
    required: message.parameters.filter((one) => one.required).map((one) => one.name),
  };
  const answers = [message.returns, message.returnsRecords, message.returnsUnstored].some((one) => one !== undefined);
  const operation: Json = {
    operationId: message.name,
    tags: ['messages'],
    summary: message.name,
    ...(isFunction || message.parameters.length === 0 ? {} : { requestBody: { required: true, content: json(body) } }),
    responses: {
      [answers ? '200' : '204']: { description: 'Done.' },
      default: problem,
    },
  };
  return [`${set}${key}/${name}`, { parameters, [isFunction ? 'get' : 'post']: operation }];
}

function tableSchema(table: ApiTable): Json {
  return {
    type: 'object',
    description: `A record of ${table.name}.`,
    properties: Object.fromEntries(
      [...table.properties.values()].map((property) => [property.name, propertySchema(property)]),
    ),
  };
}

function propertySchema(property: ApiProperty): Json {
  const { definition, edmType } = property;
  const base = types[edmType] ?? { type: 'string' };
  return {
    ...base,
    type: [base.type, 'null'],
    ...('options' in definition
      ? { description: definition.options.map(([number, label]) => `${number} ${label}`).join(', ') }
      : {}),
    ...('maxLength' in definition ? { maxLength: definition.maxLength } : {}),
    ...(property.readable ? {} : { writeOnly: true }),
    ...(property.creatable || property.updatable ? {} : { readOnly: true }),
  };
}

function schemaOf(type: ParameterType): Json {
  const item = /^Collection\((.*)\)$/.exec(type)?.[1];
  return item === undefined ? (types[type] ?? {}) : { type: 'array', items: types[item] ?? {} };
}

function json(schema: Json): Json {
  return { 'application/json': { schema } };
}
