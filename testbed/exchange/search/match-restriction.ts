import { type FieldPath, fieldPathIn, readFieldPath } from '../items/field-path.ts';
import { EwsError } from '../soap/ews-error.ts';
import { child, descend, type XmlNode } from '../xml/xml-node.ts';
import { compareValues } from './compare.ts';

/** The values of a property: none when the item lacks it, several for a list such as the categories. */
export type ValuesOf = (path: FieldPath) => readonly string[];

const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  IsEqualTo: (order) => order === 0,
  IsNotEqualTo: (order) => order !== 0,
  IsGreaterThan: (order) => order > 0,
  IsGreaterThanOrEqualTo: (order) => order >= 0,
  IsLessThan: (order) => order < 0,
  IsLessThanOrEqualTo: (order) => order <= 0,
};

/** True when the values fulfil the restriction (element below `Restriction`). Throws EwsError for one that is not understood. */
export function matchesRestriction(expression: XmlNode, valuesOf: ValuesOf): boolean {
  switch (expression.name) {
    case 'And':
      return expression.children.every((one) => matchesRestriction(one, valuesOf));
    case 'Or':
      return expression.children.some((one) => matchesRestriction(one, valuesOf));
    case 'Not':
      return expression.children.every((one) => !matchesRestriction(one, valuesOf));
    case 'Exists':
      return valuesOf(fieldPathIn(expression)).length > 0;
    case 'Contains':
      return contains(expression, valuesOf(fieldPathIn(expression)));
    case 'Excludes': {
      const mask = Number(child(expression, 'Bitmask')?.attributes.Value);
      return valuesOf(fieldPathIn(expression)).every((value) => (Number(value) & mask) === 0);
    }
    default:
      return compares(expression, valuesOf);
  }
}

function compares(expression: XmlNode, valuesOf: ValuesOf): boolean {
  const holds = comparisons[expression.name];
  if (holds === undefined)
    throw new EwsError('ErrorUnsupportedPathForQuery', `Unknown restriction ${expression.name}.`);
  const operand = descend(expression, 'FieldURIOrConstant')?.children[0];
  const constants =
    operand === undefined
      ? []
      : operand.name === 'Constant'
        ? [operand.attributes.Value ?? '']
        : valuesOf(readFieldPath(operand));
  const values = valuesOf(fieldPathIn(expression));
  if (values.length === 0) return expression.name === 'IsNotEqualTo';
  if (expression.name === 'IsNotEqualTo') {
    return values.every((value) => constants.every((constant) => compareValues(value, constant) !== 0));
  }
  return values.some((value) => constants.some((constant) => holds(compareValues(value, constant))));
}

function contains(expression: XmlNode, values: readonly string[]): boolean {
  const { ContainmentMode: mode = 'FullString', ContainmentComparison: comparison = 'Exact' } = expression.attributes;
  const isLoose = comparison !== 'Exact';
  const normal = (text: string): string => (isLoose ? text.normalize('NFKD').toLowerCase() : text);
  const wanted = normal(child(expression, 'Constant')?.attributes.Value ?? '');
  return values.some((value) => {
    const text = normal(value);
    if (mode === 'FullString') return text === wanted;
    if (mode === 'Prefixed') return text.startsWith(wanted);
    if (mode === 'Substring') return text.includes(wanted);
    const words = text.split(/[^\p{L}\p{N}]+/u);
    return words.some((word) => (mode === 'PrefixOnWords' ? word.startsWith(wanted) : word === wanted));
  });
}
