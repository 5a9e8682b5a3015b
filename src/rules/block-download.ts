import type { Query } from '../store/record-store.ts';
import { catalog } from '../tables/catalog.ts';
import type { BlockTable } from './block-upload.ts';
import { refuse } from './refuse.ts';
import type { RuleContext } from './table-rules.ts';

/** A file that is read in blocks. */
export interface DownloadableFile {
  readonly fileName: string;
  readonly sizeBytes: number;
}

/** Largest block answered, bytes; Dataverse's limit. */
const mostBlockBytes = 4 * 1024 * 1024;

/** Opens a download of a record's file under `token`, for the caller alone; that the caller may read the record is checked before. Refuses a record without a file. */
export async function beginDownload(
  context: RuleContext,
  token: string,
  table: BlockTable,
  recordid: string,
): Promise<DownloadableFile> {
  const file = await fileOf(context, table, recordid);
  await context.scope.sql(
    'insert into mr_upload (token, tablename, recordid, systemuserid, createdon) values ($1, $2, $3::uuid, $4::uuid, $5)',
    [token, `download ${table}`, recordid, context.caller.systemuserid, context.clock.now()],
  );
  return { fileName: file.fileName, sizeBytes: file.sizeBytes };
}

/** Bytes of an opened download from `offset` on, at most 4 MB of them; empty past the end. */
export async function readBlock(context: RuleContext, token: string, offset: number, length: number): Promise<Buffer> {
  const [opened] = await context.scope.sql<{ tablename: string; recordid: string }>(
    "select tablename, recordid from mr_upload where token = $1 and systemuserid = $2::uuid and tablename like 'download %'",
    [token, context.caller.systemuserid],
  );
  if (opened === undefined)
    refuse('mr_UploadUnknown', 'FileContinuationToken is unknown or older than a day. Begin the download again.');
  if (offset < 0 || length < 1 || length > mostBlockBytes)
    refuse('80040203', `Offset starts at 0 and BlockLength lies between 1 and ${mostBlockBytes}.`);
  const file = await fileOf(context, opened.tablename.slice('download '.length) as BlockTable, opened.recordid);
  return file.read(offset, length);
}

interface StoredFile extends DownloadableFile {
  read(offset: number, length: number): Promise<Buffer>;
}

async function fileOf(context: RuleContext, table: BlockTable, id: string): Promise<StoredFile> {
  const found = await context.records.retrieveMultiple({
    table,
    columns: table === 'annotation' ? ['filename', 'documentbody'] : ['filename', 'mr_blob'],
    filter: { column: catalog[table].primaryId, operator: 'eq', value: id },
    limit: 1,
  } as Query<BlockTable>);
  const row: Readonly<Record<string, unknown>> = found.rows[0] ?? {};
  const fileName = typeof row.filename === 'string' ? row.filename : '';
  if (typeof row.mr_blob === 'string') return kept(context, fileName, row.mr_blob);
  const text = row.documentbody;
  if (typeof text !== 'string' || text === '') refuse('80040217', `This ${table} has no file.`);
  const bytes = Buffer.from(text, 'base64');
  return { fileName, sizeBytes: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) };
}

/** A body kept by content: only the asked part leaves the database. */
async function kept(context: RuleContext, fileName: string, key: string): Promise<StoredFile> {
  const { blobs } = context.scope;
  const blob = await blobs.read(key, 0, 0);
  if (blob === undefined) refuse('80040217', `The file "${fileName}" has no bytes in the store.`);
  return {
    fileName,
    sizeBytes: blob.sizeBytes,
    read: async (offset, length) =>
      (await blobs.read(key, Math.min(offset, blob.sizeBytes), length))?.bytes ?? Buffer.alloc(0),
  };
}
