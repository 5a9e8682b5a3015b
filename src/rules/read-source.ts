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
  const [row] = await context.scope.sql<{ part: Buffer; size: number }>(
    `select substring(b.body from 1 for ${mostBytes}) as part, b.size from ${table} r join mr_blob b on b.key = r.mr_rawblob
      where r.${table === 'email' ? 'activityid' : 'mr_quarantineid'} = $1::uuid`,
    [id],
  );
  if (row === undefined)
    refuse('80040217', 'The message as it came was not kept: it was written here, or its time to be kept is over.');
  return { bytes: row.part, sizeBytes: row.size };
}
