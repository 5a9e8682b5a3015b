import { createHash } from 'node:crypto';
import { asMailroomError } from '../../../base/errors.ts';
import type { FieldValue, FileFields } from '../../../contracts/act-fields.ts';
import type { ActItem, ActItemRef } from '../../../contracts/act-item.ts';
import type { ActFiles } from '../../../contracts/act-port.ts';
import { addFile, getFile, listFiles, removeFile } from '../operations/attachments.ts';
import type { EwsClient } from '../soap/ews-client.ts';

interface ReadFile {
  readonly name: string;
  readonly digest: string;
  readonly attachmentId: string;
  readonly bytes: Buffer;
}

/** The item with its files (FM-A2): those that are taken as the field `attachments`, their bytes beside it. */
export async function withFiles(
  client: EwsClient,
  item: ActItem,
  files: ActFiles,
  signal: AbortSignal,
): Promise<ActItem> {
  const { read, leavesOut } = await readFiles(client, item.id, files, signal);
  return {
    ...item,
    leavesFilesOut: leavesOut,
    fields: { ...item.fields, attachments: sorted(read) },
    contents: new Map(read.map(({ digest, bytes }) => [digest, bytes])),
  };
}

/**
 * Brings the files of an item to those wanted. Only what was agreed on before is taken off, files that are not carried are left alone,
 * and a repeat finds what is there by its content. Returns the item's new version.
 */
export async function writeFiles(
  client: EwsClient,
  item: ActItemRef,
  change: { readonly wanted: FieldValue; readonly before: FieldValue },
  files: ActFiles,
  signal: AbortSignal,
): Promise<ActItemRef> {
  const wanted = new Map(listOf(change.wanted).map((file) => [keyOf(file), file]));
  const before = new Set(listOf(change.before).map(keyOf));
  let { changeKey } = item;
  for (const there of (await readFiles(client, item.id, files, signal)).read) {
    const key = keyOf(there);
    if (wanted.delete(key) || !before.has(key)) continue;
    changeKey = await removeFile(client, there.attachmentId, changeKey, signal);
  }
  for (const { name, digest } of wanted.values()) {
    const bytes = await files.contentOf(digest);
    if (bytes !== undefined) changeKey = await addFile(client, { id: item.id, changeKey }, { name, bytes }, signal);
  }
  return { id: item.id, changeKey };
}

const listOf = (value: FieldValue): readonly FileFields[] => (value ?? []) as unknown as readonly FileFields[];
const keyOf = ({ name, digest }: { readonly name: string; readonly digest: string }): string => `${name} ${digest}`;

async function readFiles(
  client: EwsClient,
  itemId: string,
  files: ActFiles,
  signal: AbortSignal,
): Promise<{ readonly read: readonly ReadFile[]; readonly leavesOut: boolean }> {
  const found: ReadFile[] = [];
  const all = await listFiles(client, itemId, signal);
  const listed = all.filter(({ name, sizeBytes }) => files.accepts(name, sizeBytes));
  for (const { id, name } of listed) {
    const bytes = await unlessGone(getFile(client, id, signal));
    if (bytes === undefined) continue;
    found.push({ attachmentId: id, name, digest: createHash('sha256').update(bytes).digest('hex'), bytes });
  }
  return { read: found, leavesOut: listed.length < all.length };
}

async function unlessGone<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (thrown) {
    if (asMailroomError(thrown).kind === 'notFound') return undefined;
    throw thrown;
  }
}

/** Null for none, so that a side without files is empty, not of another mind. */
function sorted(files: readonly ReadFile[]): readonly FileFields[] | null {
  if (files.length === 0) return null;
  const shown = files.map(({ name, digest }) => ({ name, digest }));
  return shown.sort((a, b) => (`${a.name} ${a.digest}` < `${b.name} ${b.digest}` ? -1 : 1));
}
