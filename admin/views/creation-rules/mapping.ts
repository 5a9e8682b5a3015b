/** One column of the record that an item makes, and the text it gets. */
export interface MappedColumn {
  readonly column: string;
  readonly value: string;
}

/** What a new item begins with, by the table it makes. */
const beginnings: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  lead: {
    subject: '{subject}',
    lastname: '{senderlastname}',
    emailaddress1: '{sender}',
    description: '{description:text}',
  },
  task: { subject: '{subject}', description: '{description:text}' },
  contact: { lastname: '{senderlastname}', firstname: '{senderfirstname}', emailaddress1: '{sender}' },
  account: { name: '{sendername}', emailaddress1: '{sender}' },
  phonecall: { subject: '{subject}', description: '{description:text}' },
  appointment: { subject: '{subject}', description: '{description:text}' },
};

/** The mapping that suits a table, as `mr_mapping` holds it. */
export function beginningOf(table: string): string {
  return JSON.stringify(beginnings[table] ?? { subject: '{subject}' });
}

/** The columns of a mapping; undefined when it holds more than texts and is edited as it is. */
export function readMapping(json: string | null | undefined): readonly MappedColumn[] | undefined {
  try {
    const value: unknown = JSON.parse(json || '{}');
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const entries = Object.entries(value);
    if (!entries.every(([, text]) => typeof text === 'string')) return undefined;
    return entries.map(([column, text]) => ({ column, value: text as string }));
  } catch {
    return undefined;
  }
}

/** A mapping of these columns; rows without a column are left out. */
export function writeMapping(columns: readonly MappedColumn[]): string {
  return JSON.stringify(
    Object.fromEntries(
      columns.filter(({ column }) => column.trim() !== '').map(({ column, value }) => [column.trim(), value]),
    ),
  );
}
