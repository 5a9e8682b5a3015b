import { unknownName } from '../http-error.ts';
import type { FilterNode, Literal, PropertyPath } from '../odata-ast.ts';
import type { JsonEntity } from './json-entity.ts';

/** True when a description fulfils a filter. Throws 400 for unknown names and for conditions that descriptions cannot be asked. */
export function fulfils(entity: JsonEntity, node: FilterNode, variable?: string): boolean {
  switch (node.kind) {
    case 'and':
      return node.operands.every((operand) => fulfils(entity, operand, variable));
    case 'or':
      return node.operands.some((operand) => fulfils(entity, operand, variable));
    case 'not':
      return !fulfils(entity, node.operand, variable);
    case 'compare':
      return compares(valueAt(entity, withoutVariable(node.path, variable)), node.operator, literalOf(node.value));
    case 'in': {
      const value = valueAt(entity, withoutVariable(node.path, variable));
      return node.values.some((literal) => compares(value, 'eq', literalOf(literal)));
    }
    case 'text': {
      const text = String(valueAt(entity, withoutVariable(node.path, variable)) ?? '').toLowerCase();
      const wanted = String(literalOf(node.value)).toLowerCase();
      if (node.function === 'contains') return text.includes(wanted);
      return node.function === 'startswith' ? text.startsWith(wanted) : text.endsWith(wanted);
    }
    case 'lambda': {
      const related = relatedTo(entity, withoutVariable(node.collection, variable));
      const holds = (one: JsonEntity) => node.body === undefined || fulfils(one, node.body, node.variable);
      return node.quantifier === 'any' ? related.some(holds) : related.every(holds);
    }
    default:
      throw unknownName(`The filter at position ${node.position} cannot be asked of metadata.`);
  }
}

/** The value of a path over nested objects; null where it ends early. Throws 400 for a first name that does not exist. */
export function valueAt(entity: JsonEntity, path: PropertyPath): unknown {
  const [first = '', ...rest] = path;
  if (!Object.hasOwn(entity.json, first)) {
    throw unknownName(
      `Could not find a property named '${first.slice(0, 100)}' on type 'Microsoft.Dynamics.CRM.${entity.type}'.`,
    );
  }
  return rest.reduce<unknown>((value, name) => {
    const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
    return isObject ? (value as Record<string, unknown>)[name] : null;
  }, entity.json[first]);
}

function relatedTo(entity: JsonEntity, [name = '', ...rest]: PropertyPath): readonly JsonEntity[] {
  const follow = Object.hasOwn(entity.navigation, name) && rest.length === 0 ? entity.navigation[name] : undefined;
  const found = follow?.();
  if (found === undefined || found === null || !Array.isArray(found)) {
    throw unknownName(`'${name.slice(0, 100)}' is not a collection of Microsoft.Dynamics.CRM.${entity.type}.`);
  }
  return found as readonly JsonEntity[];
}

function withoutVariable(path: PropertyPath, variable: string | undefined): PropertyPath {
  return variable !== undefined && path[0] === variable ? path.slice(1) : path;
}

function literalOf(literal: Literal): unknown {
  if (literal.type === 'null') return null;
  return literal.type === 'number' ? Number(literal.value) : literal.value;
}

function compares(value: unknown, operator: string, wanted: unknown): boolean {
  if (operator === 'eq') return value === wanted;
  if (operator === 'ne') return value !== wanted;
  if (typeof value !== typeof wanted || value === null || wanted === null) return false;
  const [left, right] = [value as number, wanted as number];
  switch (operator) {
    case 'gt':
      return left > right;
    case 'ge':
      return left >= right;
    case 'lt':
      return left < right;
    default:
      return left <= right;
  }
}
