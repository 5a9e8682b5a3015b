import type { FilterNode, Literal } from '../../src/webapi/odata-ast.ts';

/** A filter tree as `$filter` text, fully parenthesized. */
export function printFilter(node: FilterNode): string {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.operands.map((operand) => `(${printFilter(operand)})`).join(` ${node.kind} `);
    case 'not':
      return `not (${printFilter(node.operand)})`;
    case 'compare':
      return `${node.path.join('/')} ${node.operator} ${printLiteral(node.value)}`;
    case 'columns':
      return `${node.path.join('/')} ${node.operator} ${node.otherPath.join('/')}`;
    case 'in':
      return `${node.path.join('/')} in (${node.values.map(printLiteral).join(',')})`;
    case 'text':
      return `${node.function}(${node.path.join('/')},${printLiteral(node.value)})`;
    case 'query': {
      const parameters = [...node.parameters].map(([name, value]) => `${name}=${printValue(value)}`);
      return `Microsoft.Dynamics.CRM.${node.name}(${parameters.join(',')})`;
    }
    case 'lambda': {
      const inner =
        node.variable === undefined || node.body === undefined ? '' : `${node.variable}:${printFilter(node.body)}`;
      return `${node.collection.join('/')}/${node.quantifier}(${inner})`;
    }
  }
}

function printValue(value: Literal | readonly Literal[]): string {
  return Array.isArray(value) ? `[${value.map(printLiteral).join(',')}]` : printLiteral(value as Literal);
}

function printLiteral(literal: Literal): string {
  if (literal.type === 'null') return 'null';
  return literal.type === 'string' ? `'${literal.value.replaceAll("'", "''")}'` : String(literal.value);
}
