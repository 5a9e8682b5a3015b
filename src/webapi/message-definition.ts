import type { TableName } from '../tables/catalog.ts';

/** Type of a parameter: Edm primitive, a record (`crmbaseentity`), or a collection of one of these. */
export type ParameterType =
  | 'Edm.String'
  | 'Edm.Boolean'
  | 'Edm.Int32'
  | 'Edm.Int64'
  | 'Edm.Guid'
  | 'Edm.DateTimeOffset'
  | 'Edm.Binary'
  | 'record'
  | 'Collection(Edm.String)'
  | 'Collection(record)'
  | 'PrincipalAccess'
  | 'PagingInfo'
  | 'QueryBase'
  | 'Collection(RolePrivilege)';

export interface MessageParameter {
  readonly name: string;
  readonly type: ParameterType;
  readonly required: boolean;
}

/** A message (action or function) as clients see it. */
export interface MessageDefinition {
  readonly name: string;
  readonly kind: 'action' | 'function';
  /** Logical name of the table it is bound to; absent when unbound. */
  readonly boundTo?: string;
  /** Further tables it is bound to. */
  readonly alsoBoundTo?: readonly string[];
  /** True when it is bound to the collection, not to one record. */
  readonly onCollection?: boolean;
  /** True when the id it is called on may be one that the caller wants for a new record. */
  readonly mayBeNew?: boolean;
  readonly parameters: readonly MessageParameter[];
  /** Name of the response's members and their types; absent when nothing is answered. */
  readonly returns?: Readonly<Record<string, string>>;
  /** Logical name of the table whose records a function answers, as a collection; its handler gives `{ ids }`. */
  readonly returnsRecords?: TableName;
  /** True when a function answers records that are not stored here (`Collection(crmbaseentity)`); its handler gives `{ value }`. */
  readonly returnsUnstored?: boolean;
}
