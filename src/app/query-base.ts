import { refuse } from '../rules/refuse.ts';
import type { ConditionContext } from '../store/fetch/condition-context.ts';
import type { Fetch } from '../store/fetch/fetch.ts';
import { parseFetchXml } from '../store/fetch/parse-fetch-xml.ts';
import { catalog, type TableName } from '../tables/catalog.ts';

type Json = Readonly<Record<string, unknown>>;

/** `ConditionOperator` of the Web API as FetchXML names it. */
const operators: Readonly<Record<string, string>> = {
  ...{
    Equal: 'eq',
    NotEqual: 'ne',
    GreaterThan: 'gt',
    LessThan: 'lt',
    GreaterEqual: 'ge',
    LessEqual: 'le',
    Like: 'like',
    NotLike: 'not-like',
  },
  ...{
    In: 'in',
    NotIn: 'not-in',
    Null: 'null',
    NotNull: 'not-null',
    Today: 'today',
    Yesterday: 'yesterday',
    LastXDays: 'last-x-days',
    EqualUserId: 'eq-userid',
  },
};

/** Reads a parameter of type `QueryBase`: `FetchExpression`, `QueryByAttribute`, or `QueryExpression` with `Criteria`. Throws 80040203 for another form or another table than `table`. */
export function readQueryBase(given: unknown, table: TableName, conditions: ConditionContext): Fetch {
  const query = given as Json;
  const fetch = parseFetchXml(typeof query.Query === 'string' ? query.Query : fetchXmlOf(query, table), conditions);
  if (fetch.entity.table === table && !fetch.aggregate) return fetch;
  return refuse('80040203', `Query must select rows of ${table}, without aggregates. Change its entity.`);
}

function fetchXmlOf(query: Json, table: TableName): string {
  const name = String(query.EntityName ?? '');
  if (name !== table)
    refuse('80040203', `Query must be a FetchExpression, or name EntityName "${table}". Give one of these.`);
  const filter = query.Criteria === undefined ? byAttribute(query) : filterXml(query.Criteria as Json);
  return `<fetch><entity name="${name}"><attribute name="${catalog[table].primaryId}"/>${filter}</entity></fetch>`;
}

function byAttribute({ Attributes, Values }: Json): string {
  const names = Array.isArray(Attributes) ? Attributes : [];
  const values = Array.isArray(Values) ? Values : [];
  return `<filter>${names.map((name, index) => conditionXml(name, 'eq', [values[index]])).join('')}</filter>`;
}

function filterXml({ FilterOperator, Conditions, Filters }: Json, depth = 0): string {
  if (depth > 10) refuse('80040203', 'The filters of Query are nested deeper than 10. Make them flatter.');
  const conditions = (Array.isArray(Conditions) ? Conditions : []).map((one: Json) => {
    const operator = operators[String(one.Operator)];
    if (operator === undefined)
      refuse(
        '80040203',
        `Query uses the operator "${String(one.Operator).slice(0, 50)}". Use one of ${Object.keys(operators).join(', ')}, or a FetchExpression.`,
      );
    return conditionXml(one.AttributeName, operator, Array.isArray(one.Values) ? one.Values : []);
  });
  const inner = (Array.isArray(Filters) ? Filters : []).map((one: Json) => filterXml(one, depth + 1));
  return `<filter type="${FilterOperator === 'Or' ? 'or' : 'and'}">${[...conditions, ...inner].join('')}</filter>`;
}

/** A condition; values come bare or as the Web API's typed objects (`{"Value": ...}`). */
function conditionXml(name: unknown, operator: string, values: readonly unknown[]): string {
  const plain = values.map((value) =>
    String(typeof value === 'object' && value !== null ? (value as Json).Value : value),
  );
  const start = `<condition attribute="${escaped(String(name))}" operator="${operator}"`;
  if (operator === 'in' || operator === 'not-in')
    return `${start}>${plain.map((value) => `<value>${escaped(value)}</value>`).join('')}</condition>`;
  return plain.length === 0 ? `${start}/>` : `${start} value="${escaped(plain[0] ?? '')}"/>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
