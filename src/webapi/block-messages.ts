import type { MessageDefinition } from './message-definition.ts';

const token = { name: 'FileContinuationToken', type: 'Edm.String', required: true } as const;
const target = { name: 'Target', type: 'record', required: true } as const;

/** Files sent and read in blocks of at most 4 MB: attachments of emails and notes. */
export const blockMessages: readonly MessageDefinition[] = [
  ...(['Attachment', 'Annotation'] as const).flatMap((kind): MessageDefinition[] => [
    {
      name: `Initialize${kind}BlocksUpload`,
      kind: 'action',
      parameters: [target],
      returns: { FileContinuationToken: 'Edm.String' },
    },
    {
      name: `Commit${kind}BlocksUpload`,
      kind: 'action',
      parameters: [target, { name: 'BlockList', type: 'Collection(Edm.String)', required: true }, token],
      returns: {
        [kind === 'Attachment' ? 'ActivityMimeAttachmentId' : 'AnnotationId']: 'Edm.Guid',
        FileSizeInBytes: 'Edm.Int32',
      },
    },
    {
      name: `Initialize${kind}BlocksDownload`,
      kind: 'action',
      parameters: [target],
      returns: { FileContinuationToken: 'Edm.String', FileName: 'Edm.String', FileSizeInBytes: 'Edm.Int32' },
    },
  ]),
  {
    name: 'UploadBlock',
    kind: 'action',
    parameters: [
      { name: 'BlockId', type: 'Edm.String', required: true },
      { name: 'BlockData', type: 'Edm.Binary', required: true },
      token,
    ],
  },
  {
    name: 'DownloadBlock',
    kind: 'action',
    parameters: [
      { name: 'Offset', type: 'Edm.Int64', required: true },
      { name: 'BlockLength', type: 'Edm.Int64', required: true },
      token,
    ],
    returns: { Data: 'Edm.Binary' },
  },
];
