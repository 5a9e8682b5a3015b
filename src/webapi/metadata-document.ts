import type { ActionHandlers } from './actions.ts';
import type { ApiModel, ApiTable, ToOne } from './api-model.ts';
import { callableMessages } from './callable-messages.ts';
import { complexTypes } from './complex-types.ts';
import type { MessageDefinition, ParameterType } from './message-definition.ts';
import { metadataEntitySets, metadataSchema } from './metadata/metadata-schema.ts';

/** `$metadata`: the entity data model as CSDL XML (OData CSDL 4.0), made from the tables and the messages that can be called. */
export function metadataDocument(model: ApiModel, actions: ActionHandlers): string {
  const messages = callableMessages(actions);
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>',
    '<Schema Namespace="Microsoft.Dynamics.CRM" Alias="mscrm" xmlns="http://docs.oasis-open.org/odata/ns/edm">',
    '<EntityType Name="crmbaseentity" Abstract="true" />',
    '<ComplexType Name="EntityRecordCountCollection"><Property Name="Count" Type="Edm.Int32" Nullable="false" /><Property Name="IsReadOnly" Type="Edm.Boolean" Nullable="false" /><Property Name="Keys" Type="Collection(Edm.String)" Nullable="false" /><Property Name="Values" Type="Collection(Edm.Int64)" Nullable="false" /></ComplexType>',
    ...Object.entries(complexTypes).map(([name, members]) => complexType(name, members)),
    ...metadataSchema(),
    ...model.tables.map((table) => entityType(model, table)),
    ...messages.map((message) => responseType(message)),
    ...messages.flatMap((message) =>
      [message.boundTo, ...(message.alsoBoundTo ?? [])].map((boundTo) => operation(message, boundTo)),
    ),
    '<EntityContainer Name="System">',
    ...model.tables.map((table) => entitySet(model, table)),
    ...metadataEntitySets(),
    ...messages.filter((message) => message.boundTo === undefined).map((message) => operationImport(message)),
    '</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>',
    '',
  ].join('\n');
}

function entityType(model: ApiModel, table: ApiTable): string {
  const { primaryId } = table.definition;
  const properties = [...table.properties.values()].map((property) => {
    const nullable = property.column === primaryId ? ' Nullable="false"' : '';
    const scale = property.edmType === 'Edm.Decimal' ? ' Scale="Variable"' : '';
    return `<Property Name="${property.name}" Type="${property.edmType}"${nullable}${scale} />`;
  });
  const toOne = [...table.toOne.values()].map((one) => navigationToOne(model, table, one));
  const toMany = [...table.toMany.values()].map(
    (many) => `<NavigationProperty Name="${many.name}" Type="Collection(mscrm.${many.table})" />`,
  );
  return [
    `<EntityType Name="${table.name}" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="${primaryId}" /></Key>`,
    ...properties,
    ...toOne,
    ...toMany,
    '</EntityType>',
  ].join('\n');
}

function navigationToOne(model: ApiModel, table: ApiTable, one: ToOne): string {
  const start = `<NavigationProperty Name="${one.name}" Type="mscrm.${one.table}"`;
  const property = table.properties.get(`_${one.column}_value`);
  const target = model.byName(one.table)?.definition.primaryId;
  if (property === undefined || target === undefined) return `${start} />`;
  return `${start}><ReferentialConstraint Property="${property.name}" ReferencedProperty="${target}" /></NavigationProperty>`;
}

function entitySet(model: ApiModel, table: ApiTable): string {
  const bindings = [...table.toOne.values(), ...table.toMany.values()].flatMap((navigation) => {
    const target = model.byName(navigation.table)?.definition.entitySetName;
    return target === undefined ? [] : [`<NavigationPropertyBinding Path="${navigation.name}" Target="${target}" />`];
  });
  return `<EntitySet Name="${table.definition.entitySetName}" EntityType="mscrm.${table.name}">${bindings.join('')}</EntitySet>`;
}

function responseType(message: MessageDefinition): string {
  if (message.returns === undefined) return '';
  return complexType(`${message.name}Response`, message.returns);
}

function operation(message: MessageDefinition, boundTo: string | undefined): string {
  const tag = message.kind === 'action' ? 'Action' : 'Function';
  const bound = boundTo === undefined ? '' : ' IsBound="true"';
  const own = `mscrm.${boundTo}`;
  const entity =
    boundTo === undefined
      ? ''
      : `<Parameter Name="${message.onCollection ? 'entityset' : 'entity'}" Type="${message.onCollection ? `Collection(${own})` : own}" Nullable="false" />`;
  const parameters = message.parameters.map(
    ({ name, type, required }) =>
      `<Parameter Name="${name}" Type="${parameterType(type)}"${required ? ' Nullable="false"' : ''} />`,
  );
  const returnType = returnTypeOf(message);
  const returns = returnType === undefined ? '' : `<ReturnType Type="${returnType}" Nullable="false" />`;
  return `<${tag} Name="${message.name}"${bound}>${entity}${parameters.join('')}${returns}</${tag}>`;
}

function returnTypeOf({ name, returns, returnsRecords, returnsUnstored }: MessageDefinition): string | undefined {
  if (returnsRecords !== undefined) return `Collection(mscrm.${returnsRecords})`;
  if (returnsUnstored === true) return 'Collection(mscrm.crmbaseentity)';
  return returns === undefined ? undefined : `mscrm.${name}Response`;
}

function operationImport(message: MessageDefinition): string {
  const tag = message.kind === 'action' ? 'Action' : 'Function';
  return `<${tag}Import Name="${message.name}" ${tag}="mscrm.${message.name}" />`;
}

function parameterType(type: ParameterType): string {
  return type
    .replace('record', 'mscrm.crmbaseentity')
    .replace(/^(Collection\()?(PrincipalAccess|RolePrivilege|PagingInfo|QueryBase)/, '$1mscrm.$2');
}

function complexType(name: string, members: Readonly<Record<string, string>>): string {
  const properties = Object.entries(members).map(([member, type]) => `<Property Name="${member}" Type="${type}" />`);
  return `<ComplexType Name="${name}">${properties.join('')}</ComplexType>`;
}
