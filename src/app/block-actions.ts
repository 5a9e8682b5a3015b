import { randomBytes } from 'node:crypto';
import { MailroomError } from '../base/errors.ts';
import { beginDownload, readBlock } from '../rules/block-download.ts';
import { type BlockTable, beginUpload, blockTables, finishUpload, keepBlock } from '../rules/block-upload.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import type { ActionContext, ActionHandler, ActionHandlers, RecordParameter } from '../webapi/actions.ts';

/** The messages that send and read files in blocks; what a file entails (limits, blocked extensions) is the same as in one request. */
export const blockActions: ActionHandlers<RuledStore> = {
  ...messagesOf('Attachment', 'activitymimeattachment'),
  ...messagesOf('Annotation', 'annotation'),
  UploadBlock: async (context, _bound, parameters) => {
    const { BlockId, BlockData, FileContinuationToken } = parameters;
    await context.records.act((rules) =>
      keepBlock(rules, String(FileContinuationToken), String(BlockId), String(BlockData)),
    );
    return undefined;
  },
  DownloadBlock: async (context, _bound, parameters) => {
    const { Offset, BlockLength, FileContinuationToken } = parameters;
    const part = await context.records.act((rules) =>
      readBlock(rules, String(FileContinuationToken), Number(Offset), Number(BlockLength)),
    );
    return { Data: part.toString('base64') };
  },
};

function messagesOf(kind: 'Attachment' | 'Annotation', table: BlockTable): ActionHandlers<RuledStore> {
  const begin: ActionHandler<RuledStore> = async (context, _bound, parameters) => {
    const target = await targetOf(context, parameters.Target, table);
    if (target.id !== undefined) await requireVisible(context.records, table, target.id);
    const token = newToken();
    await context.records.act((rules) => beginUpload(rules, token, table, target.id));
    return { FileContinuationToken: token };
  };
  const commit: ActionHandler<RuledStore> = async (context, _bound, parameters) => {
    const target = await targetOf(context, parameters.Target, table);
    const values = await target.values();
    const list = parameters.BlockList as readonly string[];
    return context.records.together(async (store) => {
      const { recordid, bytes } = await store.act((rules) =>
        finishUpload(rules, String(parameters.FileContinuationToken), table, list),
      );
      const row = { ...values, [blockTables[table]]: bytes.toString('base64') };
      const known = target.id ?? recordid;
      const isThere = known !== undefined && (await store.retrieve(table, known, ['filename'])) !== undefined;
      if (isThere) await store.update(table, known, row);
      const id = isThere
        ? known
        : await store.create(table, known === undefined ? row : { ...row, ...idOf(table, known) });
      return {
        [kind === 'Attachment' ? 'ActivityMimeAttachmentId' : 'AnnotationId']: id,
        FileSizeInBytes: bytes.length,
      };
    });
  };
  const download: ActionHandler<RuledStore> = async (context, _bound, parameters) => {
    const { id } = await targetOf(context, parameters.Target, table);
    if (id === undefined) throw problem('80040203', `Target needs the id of the ${table} to read.`);
    await requireVisible(context.records, table, id);
    const token = newToken();
    const file = await context.records.act((rules) => beginDownload(rules, token, table, id));
    return { FileContinuationToken: token, FileName: file.fileName, FileSizeInBytes: file.sizeBytes };
  };
  return {
    [`Initialize${kind}BlocksUpload`]: begin,
    [`Commit${kind}BlocksUpload`]: commit,
    [`Initialize${kind}BlocksDownload`]: download,
  };
}

const newToken = (): string => randomBytes(32).toString('base64url');

const idOf = (table: BlockTable, id: string): Readonly<Record<string, string>> => ({
  [table === 'annotation' ? 'annotationid' : 'activitymimeattachmentid']: id,
});

async function targetOf(
  context: ActionContext<RuledStore>,
  parameter: unknown,
  table: BlockTable,
): Promise<RecordParameter> {
  const target = await context.readRecord(parameter);
  if (target.table === table) return target;
  throw problem('80040203', `Target must be a record of ${table}, found one of ${target.table}.`);
}

async function requireVisible(records: RuledStore, table: BlockTable, id: string): Promise<void> {
  if ((await records.retrieve(table, id, ['filename'])) === undefined)
    throw new MailroomError(`There is no ${table} with the id ${id}.`, { code: '80040217', kind: 'notFound' });
}

function problem(code: string, message: string): MailroomError {
  return new MailroomError(message, { code, kind: 'item' });
}
