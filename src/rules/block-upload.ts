import { refuse } from './refuse.ts';
import type { RuleContext } from './table-rules.ts';

/** Tables whose file may be sent in blocks, and the column that holds it in base64. */
export const blockTables = { activitymimeattachment: 'body', annotation: 'documentbody' } as const;

export type BlockTable = keyof typeof blockTables;

/** Largest block, bytes, as Dataverse documents it. */
const mostBlockBytes = 4 * 1024 * 1024;
/** Most blocks of one upload: what Azure block lists allow, which clients expect. */
const mostBlocks = 50_000;

/** Opens an upload under `token`, which the caller alone may use. */
export async function beginUpload(
  context: RuleContext,
  token: string,
  table: BlockTable,
  recordid: string | undefined,
): Promise<void> {
  await context.scope.sql(
    'insert into mr_upload (token, tablename, recordid, systemuserid, createdon) values ($1, $2, $3::uuid, $4::uuid, $5)',
    [token, table, recordid ?? null, context.caller.systemuserid, context.clock.now()],
  );
}

/** Keeps one block; the same id again replaces it, so a repeat is harmless. Refuses a block above 4 MB and a file above the organisation's limit (AT-01). */
export async function keepBlock(context: RuleContext, token: string, blockId: string, base64: string): Promise<void> {
  await lockUpload(context, token);
  if (blockId === '' || blockId.length > 64) refuse('80040203', 'BlockId must have 1 to 64 characters.');
  const bytes = decoded(base64);
  if (bytes.length > mostBlockBytes)
    refuse(
      'mr_BlockTooLarge',
      `A block may have ${mostBlockBytes} bytes, this one has ${bytes.length}. Send smaller ones.`,
    );
  await context.scope.sql(
    `insert into mr_uploadblock (token, blockid, size, body) values ($1, $2, $3, $4)
     on conflict (token, blockid) do update set size = excluded.size, body = excluded.body`,
    [token, blockId, bytes.length, bytes],
  );
  const [sum] = await context.scope.sql<{ bytes: string; blocks: string }>(
    'select coalesce(sum(size), 0) as bytes, count(*) as blocks from mr_uploadblock where token = $1',
    [token],
  );
  if (Number(sum?.blocks ?? 0) > mostBlocks) refuse('mr_TooManyBlocks', `An upload may have ${mostBlocks} blocks.`);
  const most = context.settings.maxAttachmentBytes;
  if (Number(sum?.bytes ?? 0) > most)
    refuse(
      'mr_AttachmentTooLarge',
      `The file is larger than ${Math.floor(most / 1024)} KB. Make it smaller, or have an administrator raise organization.mr_maximumattachmentsizekb.`,
    );
}

/** The whole file in the order of `blockIds`; ends the upload. Refuses an id that was not sent, and a table other than the upload's. */
export async function finishUpload(
  context: RuleContext,
  token: string,
  table: string,
  blockIds: readonly string[],
): Promise<{ readonly recordid: string | undefined; readonly bytes: Buffer }> {
  const upload = await lockUpload(context, token);
  if (upload.tablename !== table)
    refuse('80040203', `This upload was begun for a record of ${upload.tablename}, not of ${table}.`);
  const rows = await context.scope.sql<{ blockid: string; body: Buffer }>(
    'select blockid, body from mr_uploadblock where token = $1 and blockid = any($2::text[])',
    [token, blockIds],
  );
  const bodies = new Map(rows.map((row) => [row.blockid, row.body]));
  const parts = blockIds.map((blockId) => {
    const body = bodies.get(blockId);
    return (
      body ??
      refuse('80040203', `BlockList names the block '${blockId.slice(0, 64)}', which was not uploaded. Send it.`)
    );
  });
  await context.scope.sql('delete from mr_upload where token = $1', [token]);
  return { recordid: upload.recordid ?? undefined, bytes: Buffer.concat(parts) };
}

/** Removes uploads that were begun before `before` and never finished; returns how many. */
export async function sweepUploads(sql: RuleContext['scope']['sql'], before: Date): Promise<number> {
  const rows = await sql('delete from mr_upload where createdon < $1 returning 1', [before]);
  return rows.length;
}

interface Upload {
  readonly tablename: string;
  readonly recordid: string | null;
}

async function lockUpload(context: RuleContext, token: string): Promise<Upload> {
  const [upload] = await context.scope.sql<Upload>(
    'select tablename, recordid from mr_upload where token = $1 and systemuserid = $2::uuid for update',
    [token, context.caller.systemuserid],
  );
  return (
    upload ??
    refuse(
      'mr_UploadUnknown',
      'FileContinuationToken is unknown, finished or older than a day. Begin the upload again.',
    )
  );
}

function decoded(base64: string): Buffer {
  const text = base64.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0)
    refuse('80040203', 'BlockData is not base64 (RFC 4648 4). Encode the bytes of the block.');
  return Buffer.from(text, 'base64');
}
