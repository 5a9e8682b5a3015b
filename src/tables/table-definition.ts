/** When a value must be there: `ApplicationRequired` is enforced on callers' creations; `SystemRequired` values the system itself fills in. */
export type RequiredLevel = 'None' | 'Recommended' | 'ApplicationRequired' | 'SystemRequired';

/** What callers may do: RW create+read+update, R read, CR create then fixed, RU not at creation, CU write-only secret, C or U write-only as named, `-` nothing. */
export type ColumnAccess = 'RW' | 'R' | 'CR' | 'RU' | 'CU' | 'C' | 'U' | '-';

/** A choice: number, label, and for a status the state it belongs to. */
export type ChoiceOption = readonly [value: number, label: string, state?: number];

interface ColumnBase {
  readonly schemaName: string;
  readonly required?: RequiredLevel;
  readonly access?: ColumnAccess;
  readonly obsolete?: boolean;
  /** True for columns of ours that the Web API does not show. */
  readonly internal?: boolean;
}

export interface TextColumn extends ColumnBase {
  readonly type: 'String' | 'Memo';
  /** UTF-16 code units. */
  readonly maxLength: number;
  readonly format?: string;
  readonly default?: string;
}
export interface NumberColumn extends ColumnBase {
  readonly type: 'Integer' | 'Decimal' | 'Double' | 'Money';
  readonly min?: number;
  readonly max?: number;
  /** Digits after the point. */
  readonly precision?: number;
  readonly default?: number;
}
export interface BigIntColumn extends ColumnBase {
  readonly type: 'BigInt';
}
export interface BooleanColumn extends ColumnBase {
  readonly type: 'Boolean';
  readonly labels?: readonly [no: string, yes: string];
  readonly default?: boolean;
}
export interface DateTimeColumn extends ColumnBase {
  readonly type: 'DateTime';
  /** UserLocal (default) is an instant; DateOnly a calendar day; TimeZoneIndependent a wall-clock time. */
  readonly behavior?: 'UserLocal' | 'DateOnly' | 'TimeZoneIndependent';
  readonly format?: 'DateOnly' | 'DateAndTime';
}
export interface ChoiceColumn extends ColumnBase {
  readonly type: 'Picklist' | 'State' | 'Status' | 'MultiSelectPicklist';
  readonly options: readonly ChoiceOption[];
  readonly default?: number;
}
export interface LookupColumn extends ColumnBase {
  readonly type: 'Lookup' | 'Customer' | 'Owner';
  /** Logical names; some name tables outside the catalog (kept as facts, refused as values). */
  readonly targets: readonly string[];
}
export interface PartyListColumn extends ColumnBase {
  readonly type: 'PartyList';
  readonly targets: readonly string[];
}
export interface OtherColumn extends ColumnBase {
  readonly type: 'Uniqueidentifier' | 'EntityName' | 'Image' | 'File' | 'ManagedProperty';
}

export type ColumnDefinition = TextColumn | NumberColumn | BigIntColumn | BooleanColumn | DateTimeColumn | ChoiceColumn | LookupColumn | PartyListColumn | OtherColumn;

/** A many-to-one relationship; the other side's collection property is `schemaName`. */
export interface Relationship {
  readonly schemaName: string;
  readonly referencedTable: string;
  readonly referencingColumn: string;
  readonly navigationProperty: string;
}

/** A database index of ours on a table. */
export interface TableIndex {
  readonly columns: readonly string[];
  readonly unique?: boolean;
  /** SQL condition on the table's own columns. */
  readonly where?: string;
}

/** One side of a many-to-many relationship: the table and the column of the intersect table that names its rows. */
export interface IntersectSide {
  readonly table: string;
  readonly column: string;
}

/** The many-to-many relationship that the rows of an intersect table are; its name is the collection property on both sides. */
export interface Intersection {
  readonly schemaName: string;
  readonly first: IntersectSide;
  readonly second: IntersectSide;
}

export interface TableDefinition {
  readonly logicalName: string;
  readonly schemaName: string;
  readonly entitySetName: string;
  readonly objectTypeCode: number;
  readonly primaryId: string;
  readonly primaryName: string | undefined;
  readonly ownership: string;
  readonly columns: Readonly<Record<string, ColumnDefinition>>;
  readonly relationships: readonly Relationship[];
  readonly indexes?: readonly TableIndex[];
  readonly intersects?: Intersection;
}

/** A lookup's value: which table, which record. */
export interface EntityReference {
  readonly table: string;
  readonly id: string;
}

/** One entry of a party list as written: a record, or a bare address. */
export interface PartyInput {
  readonly partyid?: EntityReference | null;
  readonly addressused?: string | null;
  readonly unresolvedpartyname?: string | null;
  readonly participationtypemask?: number;
}

type ValueOf<C extends ColumnDefinition> = C extends { readonly type: 'String' | 'Memo' | 'Uniqueidentifier' | 'EntityName' }
  ? string
  : C extends { readonly type: 'Integer' | 'Decimal' | 'Double' | 'Money' | 'Picklist' | 'State' | 'Status' }
    ? number
    : C extends { readonly type: 'BigInt' }
      ? bigint
      : C extends { readonly type: 'Boolean' }
        ? boolean
        : C extends { readonly type: 'DateTime' }
          ? Date
          : C extends { readonly type: 'Lookup' | 'Customer' | 'Owner' }
            ? EntityReference
            : C extends { readonly type: 'PartyList' }
              ? readonly PartyInput[]
              : C extends { readonly type: 'MultiSelectPicklist' }
                ? readonly number[]
                : C extends { readonly type: 'Image' | 'File' }
                  ? Buffer
                  : unknown;

/** The values of a row as TypeScript sees them; DateOnly columns are midnight UTC of the day. */
export type RecordValues<T extends TableDefinition> = {
  -readonly [K in keyof T['columns']]?: ValueOf<T['columns'][K]> | null;
};
