/** A literal as written; numbers keep their text, so that 64-bit values lose nothing. */
export type Literal =
  | { readonly type: 'null' }
  | { readonly type: 'boolean'; readonly value: boolean }
  /** An object or a list with objects, as parameters of functions may be. */
  | { readonly type: 'json'; readonly value: object }
  | { readonly type: 'string' | 'number' | 'guid' | 'date' | 'dateTime'; readonly value: string };

export type ComparisonOperator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';
export type TextFunction = 'contains' | 'startswith' | 'endswith';

/** A property, or a way over navigation properties to one. */
export type PropertyPath = readonly string[];

/** `$filter` as a tree (OData 4.01 URL conventions 5.1.1, Dataverse's dialect). */
export type FilterNode =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly FilterNode[] }
  | { readonly kind: 'not'; readonly operand: FilterNode }
  | {
      readonly kind: 'compare';
      readonly operator: ComparisonOperator;
      readonly path: PropertyPath;
      readonly value: Literal;
      readonly position: number;
    }
  | {
      readonly kind: 'columns';
      readonly operator: ComparisonOperator;
      readonly path: PropertyPath;
      readonly otherPath: PropertyPath;
      readonly position: number;
    }
  | { readonly kind: 'in'; readonly path: PropertyPath; readonly values: readonly Literal[]; readonly position: number }
  | {
      readonly kind: 'text';
      readonly function: TextFunction;
      readonly path: PropertyPath;
      readonly value: Literal;
      readonly position: number;
    }
  | {
      readonly kind: 'query';
      /** Name after `Microsoft.Dynamics.CRM.`. */
      readonly name: string;
      readonly parameters: ReadonlyMap<string, Literal | readonly Literal[]>;
      readonly position: number;
    }
  | {
      readonly kind: 'lambda';
      readonly quantifier: 'any' | 'all';
      readonly collection: PropertyPath;
      /** Absent in `any()`. */
      readonly variable?: string;
      readonly body?: FilterNode;
      readonly position: number;
    };
