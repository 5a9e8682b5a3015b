import type { Client } from '../../api/client.ts';
import { pathOf } from '../../api/entity-sets.ts';

const blockBytes = 4 * 1024 * 1024;
/** Bytes that are turned into text at once: arguments of a call are limited. */
const sliceBytes = 0x8000;

/** Attaches a file to an open email, sent in blocks of 4 MB; `tell` hears of the share that has gone, 0 to 1. Throws ApiError. */
export async function writeFile(
  client: Client,
  emailId: string,
  file: File,
  tell: (share: number) => void,
): Promise<void> {
  const target = {
    '@odata.type': 'Microsoft.Dynamics.CRM.activitymimeattachment',
    filename: file.name,
    mimetype: file.type || 'application/octet-stream',
    objecttypecode: 'email',
    'objectid_email@odata.bind': `/${pathOf('email', emailId)}`,
  };
  const post = <T>(path: string, body: object): Promise<T> => client.request<T>(path, { method: 'POST', body });
  const begun = await post<{ FileContinuationToken: string }>('InitializeAttachmentBlocksUpload', { Target: target });
  const token = { FileContinuationToken: begun.FileContinuationToken };
  const blocks: string[] = [];
  for (let offset = 0; offset === 0 || offset < file.size; offset += blockBytes) {
    const id = `block-${blocks.length}`;
    const bytes = new Uint8Array(await file.slice(offset, offset + blockBytes).arrayBuffer());
    await post('UploadBlock', { BlockId: id, BlockData: base64(bytes), ...token });
    blocks.push(id);
    tell(Math.min(1, (offset + blockBytes) / Math.max(1, file.size)));
  }
  await post('CommitAttachmentBlocksUpload', { Target: target, BlockList: blocks, ...token });
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += sliceBytes)
    text += String.fromCharCode(...bytes.subarray(at, at + sliceBytes));
  return btoa(text);
}
