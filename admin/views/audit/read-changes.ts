/** One column of a change; without values for what the audit withholds. */
export interface ColumnChange {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly isWithheld: boolean;
}

/** The columns that a row of the audit tells of (`changedata`); none when it is empty or cannot be read. */
export function readChanges(changedata: string | null | undefined): readonly ColumnChange[] {
  try {
    const { changedAttributes = [] } = JSON.parse(changedata || '{}') as {
      readonly changedAttributes?: readonly Readonly<Record<string, unknown>>[];
    };
    return changedAttributes.map((one) => ({
      name: String(one.logicalName ?? ''),
      before: shown(one.oldValue),
      after: shown(one.newValue),
      isWithheld: !('oldValue' in one) && !('newValue' in one),
    }));
  } catch {
    return [];
  }
}

function shown(value: unknown): string | undefined {
  return value === null || value === undefined || value === '' ? undefined : String(value);
}
