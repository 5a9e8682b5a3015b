import type { BigIntColumn, BooleanColumn, ChoiceColumn, ChoiceOption, DateTimeColumn, LookupColumn, NumberColumn, OtherColumn, PartyListColumn, Relationship, TextColumn } from './table-definition.ts';

type More<C> = Omit<Partial<C>, 'type' | 'schemaName'>;
type Typed<C, T> = C & { readonly type: T };

// One short constructor a column type, so that a table file is one line a column.

export const text = (schemaName: string, maxLength: number, more: More<TextColumn> = {}): Typed<TextColumn, 'String'> => ({ ...more, type: 'String', schemaName, maxLength });
export const memo = (schemaName: string, maxLength: number, more: More<TextColumn> = {}): Typed<TextColumn, 'Memo'> => ({ ...more, type: 'Memo', schemaName, maxLength });
export const integer = (schemaName: string, more: More<NumberColumn> = {}): Typed<NumberColumn, 'Integer'> => ({ ...more, type: 'Integer', schemaName });
export const decimal = (schemaName: string, more: More<NumberColumn> = {}): Typed<NumberColumn, 'Decimal'> => ({ ...more, type: 'Decimal', schemaName });
export const double = (schemaName: string, more: More<NumberColumn> = {}): Typed<NumberColumn, 'Double'> => ({ ...more, type: 'Double', schemaName });
export const money = (schemaName: string, more: More<NumberColumn> = {}): Typed<NumberColumn, 'Money'> => ({ ...more, type: 'Money', schemaName });
export const bigInt = (schemaName: string, more: More<BigIntColumn> = {}): BigIntColumn => ({ ...more, type: 'BigInt', schemaName });
export const bool = (schemaName: string, more: More<BooleanColumn> = {}): BooleanColumn => ({ ...more, type: 'Boolean', schemaName });
export const dateTime = (schemaName: string, more: More<DateTimeColumn> = {}): DateTimeColumn => ({ ...more, type: 'DateTime', schemaName });
export const choice = (schemaName: string, options: readonly ChoiceOption[], more: More<ChoiceColumn> = {}): Typed<ChoiceColumn, 'Picklist'> => ({ ...more, type: 'Picklist', schemaName, options });
export const choices = (schemaName: string, options: readonly ChoiceOption[], more: More<ChoiceColumn> = {}): Typed<ChoiceColumn, 'MultiSelectPicklist'> => ({ ...more, type: 'MultiSelectPicklist', schemaName, options });
export const state = (schemaName: string, options: readonly ChoiceOption[], more: More<ChoiceColumn> = {}): Typed<ChoiceColumn, 'State'> => ({ ...more, type: 'State', schemaName, options });
export const status = (schemaName: string, options: readonly ChoiceOption[], more: More<ChoiceColumn> = {}): Typed<ChoiceColumn, 'Status'> => ({ ...more, type: 'Status', schemaName, options });
export const lookup = (schemaName: string, targets: readonly string[], more: More<LookupColumn> = {}): Typed<LookupColumn, 'Lookup'> => ({ ...more, type: 'Lookup', schemaName, targets });
export const customer = (schemaName: string, targets: readonly string[], more: More<LookupColumn> = {}): Typed<LookupColumn, 'Customer'> => ({ ...more, type: 'Customer', schemaName, targets });
export const owner = (schemaName: string, targets: readonly string[], more: More<LookupColumn> = {}): Typed<LookupColumn, 'Owner'> => ({ ...more, type: 'Owner', schemaName, targets });
export const partyList = (schemaName: string, targets: readonly string[], more: More<PartyListColumn> = {}): PartyListColumn => ({ ...more, type: 'PartyList', schemaName, targets });
export const guid = (schemaName: string, more: More<OtherColumn> = {}): Typed<OtherColumn, 'Uniqueidentifier'> => ({ ...more, type: 'Uniqueidentifier', schemaName });
export const entityName = (schemaName: string, more: More<OtherColumn> = {}): Typed<OtherColumn, 'EntityName'> => ({ ...more, type: 'EntityName', schemaName });
export const binary = (schemaName: string, type: 'Image' | 'File', more: More<OtherColumn> = {}): Typed<OtherColumn, 'Image' | 'File'> => ({ ...more, type, schemaName });
export const managed = (schemaName: string, more: More<OtherColumn> = {}): Typed<OtherColumn, 'ManagedProperty'> => ({ ...more, type: 'ManagedProperty', schemaName });
export const toOne = (schemaName: string, referencedTable: string, referencingColumn: string, navigationProperty: string): Relationship => ({ schemaName, referencedTable, referencingColumn, navigationProperty });
