import type { Client } from '../../api/client.ts';

const blockBytes = 4 * 1024 * 1024;

/** The bytes of an attachment, read in blocks of 4 MB. Throws ApiError. */
export async function readBlocks(client: Client, id: string): Promise<Blob> {
  const begun = await client.request<{ FileContinuationToken: string; FileSizeInBytes: number }>(
    'InitializeAttachmentBlocksDownload',
    {
      method: 'POST',
      body: {
        Target: { '@odata.type': 'Microsoft.Dynamics.CRM.activitymimeattachment', activitymimeattachmentid: id },
      },
    },
  );
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let offset = 0; offset < begun.FileSizeInBytes; offset += blockBytes) {
    const block = await client.request<{ Data: string }>('DownloadBlock', {
      method: 'POST',
      body: {
        Offset: offset,
        BlockLength: Math.min(blockBytes, begun.FileSizeInBytes - offset),
        FileContinuationToken: begun.FileContinuationToken,
      },
    });
    parts.push(Uint8Array.from(atob(block.Data), (letter) => letter.charCodeAt(0)));
  }
  return new Blob(parts, { type: 'application/octet-stream' });
}
