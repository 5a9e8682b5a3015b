import { checkExtension } from './attachment-rules.ts';
import { refuse } from './refuse.ts';
import type { RuleContext, TableRules } from './table-rules.ts';

/** What a write to a note entails: blocked extensions and size of its file as for attachments (AT-01, AT-02), `isdocument` and `filesize` follow the file. */
export const annotationRules: TableRules<'annotation'> = {
  beforeCreate: async (context, values) => {
    checkExtension(context.settings, values.filename);
    return { isdocument: false, ...values, ...fileColumns(context, values.documentbody, values.filename) };
  },
  beforeUpdate: async (context, _id, before, values) => {
    const filename = values.filename === undefined ? before.filename : values.filename;
    if (values.filename !== undefined) checkExtension(context.settings, filename);
    return { ...values, ...fileColumns(context, values.documentbody, filename) };
  },
};

function fileColumns(
  context: RuleContext,
  body: string | null | undefined,
  filename: string | null | undefined,
): { readonly isdocument?: boolean; readonly filesize?: number } {
  if (body === undefined) return {};
  if (body === null || body === '') return { isdocument: false, filesize: 0 };
  const text = body.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0)
    refuse('80040203', 'annotation.documentbody is not base64 (RFC 4648 4). Encode the bytes of the file.');
  const filesize = (text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);
  const most = context.settings.maxAttachmentBytes;
  if (filesize > most)
    refuse(
      'mr_AttachmentTooLarge',
      `The note's file "${filename ?? ''}" is larger than ${Math.floor(most / 1024)} KB. Make it smaller, or have an administrator raise organization.mr_maximumattachmentsizekb.`,
    );
  return { isdocument: true, filesize };
}
