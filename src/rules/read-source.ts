import type { TableName } from '../tables/catalog.ts';
import { refuse } from './refuse.ts';
import type { RuleContext } from './table-rules.ts';
import { lockVisible } from './visible-row.ts';

/** The beginning of a message as it came. */
export interface MessageSource {
  /** At most 4 MB of it. */
  readonly bytes: Buffer;
  /** Of the whole message. */
  readonly sizeBytes: number;
}

/** Bytes answered at most; larger messages are read on the mail server. */
const mostBytes = 4 * 1024 * 1024;

/** The message behind an email or a quarantined message, as it came over the wire (PAIN-02). Refuses what the caller may not read, and what was never kept. */
export async function readSource(
  context: RuleContext,
  bound: { readonly table: TableName; readonly id: string } | undefined,
): Promise<MessageSource> {
  const table = bound?.table === 'mr_quarantine' ? 'mr_quarantine' : 'email';
  const id = bound?.id ?? '';
  await lockVisible(context, table, id);
  const [row] = await context.scope.sql<{ key: string | null }>(
    `select mr_rawblob as key from ${table} where ${table === 'email' ? 'activityid' : 'mr_quarantineid'} = $1::uuid`,
    [id],
  );
  const source = row?.key ? await context.scope.blobs.read(row.key, 0, mostBytes) : undefined;
  if (source === undefined)
    refuse('80040217', 'The message as it came was not kept: it was written here, or its time to be kept is over.');
  return source;
}
