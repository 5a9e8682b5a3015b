/** One condition: a column, an operator by its FetchXML name (or one of `textOperators`), and the values it takes, as text. */
export interface ConditionRow {
  readonly kind: 'row';
  readonly column: string;
  readonly operator: string;
  readonly values: readonly string[];
  /** What FetchXML notes of the record whose id is the value. */
  readonly uiname?: string;
  readonly uitype?: string;
}

/** Conditions that hold all together (`and`), or of which one is enough (`or`). */
export interface ConditionGroup {
  readonly kind: 'group';
  readonly match: 'and' | 'or';
  readonly parts: readonly ConditionPart[];
}

export type ConditionPart = ConditionRow | ConditionGroup;

/** How many values an operator takes. */
export type OperatorTakes = 'none' | 'one' | 'many';

/** Every condition of a group, of the groups in it too. */
export function rowsOf(group: ConditionGroup): readonly ConditionRow[] {
  return group.parts.flatMap((part) => (part.kind === 'row' ? [part] : rowsOf(part)));
}

/** The group without the groups that hold no condition. */
export function withoutEmpty(group: ConditionGroup): ConditionGroup {
  const parts = group.parts.flatMap((part): readonly ConditionPart[] => {
    if (part.kind === 'row') return [part];
    const inner = withoutEmpty(part);
    return inner.parts.length === 0 ? [] : [inner];
  });
  return { ...group, parts };
}
