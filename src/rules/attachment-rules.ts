import type { OrganizationSettings } from '../store/organization-settings.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { openEmailOf } from './open-email.ts';
import { refuse } from './refuse.ts';
import type { RuleContext, TableRules } from './table-rules.ts';

type Attachment = RecordOf<'activitymimeattachment'>;

/** What a write to an attachment entails: blocked extensions (AT-02, AT-03), size (AT-01), the body kept once by content (AT-04), the email's count. */
export const attachmentRules: TableRules<'activitymimeattachment'> = {
  async beforeCreate(context, values) {
    if (!values.objectid)
      refuse('80040203', 'activitymimeattachment.objectid is missing. Name the email it belongs to.');
    const email = await openEmailOf(context, values.objectid, 'attachments');
    checkExtension(context.settings, values.filename);
    checkType(context.settings, values.filename, values.mimetype);
    const attachmentnumber =
      values.attachmentnumber ??
      (await context.records.count('activitymimeattachment', {
        column: 'objectid',
        operator: 'eq',
        value: values.objectid.id,
      })) + 1;
    return {
      mimetype: 'application/octet-stream',
      ...values,
      attachmentnumber,
      activitysubject: email?.subject ?? null,
      ...(await stored(context, values.body ?? '', values.filename)),
    };
  },
  afterCreate: (context, _id, values) => recount(context, values),
  async beforeUpdate(context, _id, before, values) {
    if (values.objectid !== undefined && values.objectid?.id !== before.objectid?.id)
      refuse('80040203', 'An attachment cannot move to another email. Delete it and create a new one there.');
    await openEmailOf(context, before.objectid, 'attachments');
    const filename = values.filename === undefined ? before.filename : values.filename;
    if (values.filename !== undefined) checkExtension(context.settings, filename);
    if (values.mimetype !== undefined) checkType(context.settings, filename, values.mimetype);
    return values.body === undefined ? values : { ...values, ...(await stored(context, values.body ?? '', filename)) };
  },
  async beforeDelete(context, _id, before) {
    await openEmailOf(context, before.objectid, 'attachments');
  },
  afterDelete: (context, _id, before) => recount(context, before),
};

/** Refuses a file name whose extension the organisation blocks (AT-02, AT-03). */
export function checkExtension(settings: OrganizationSettings, filename: string | null | undefined): void {
  const extension = /\.([^.]*)$/.exec((filename ?? '').trim().replace(/[\s.]+$/, ''))?.[1]?.toLowerCase();
  if (extension === undefined || !settings.blockedExtensions.has(extension)) return;
  refuse(
    '80043E09',
    `Attachment "${filename}": files ending in .${extension} are blocked. Send it in another form, or have an administrator change organization.blockedattachments.`,
  );
}

/** Refuses a media type that the organisation blocks or does not allow (AT-02). */
function checkType(
  settings: OrganizationSettings,
  filename: string | null | undefined,
  mimetype: string | null | undefined,
): void {
  const type = (mimetype || 'application/octet-stream').toLowerCase().replace(/;.*$/s, '').trim();
  const isRefused = settings.allowedTypes.size > 0 ? !settings.allowedTypes.has(type) : settings.blockedTypes.has(type);
  if (!isRefused) return;
  const column = settings.allowedTypes.size > 0 ? 'allowedmimetypes' : 'blockedmimetypes';
  refuse(
    '80043E09',
    `Attachment "${filename ?? ''}": files of type ${type} are blocked. Send it in another form, or have an administrator change organization.${column}.`,
  );
}

/** The bytes go into the blob store, the row keeps the key (AT-04). */
async function stored(context: RuleContext, base64: string, filename: string | null | undefined): Promise<Attachment> {
  const name = `Attachment "${filename ?? ''}"`;
  const most = context.settings.maxAttachmentBytes;
  const text = base64.replace(/\s+/g, '');
  if ((text.length * 3) / 4 - 2 > most) refuseSize(name, most);
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0)
    refuse('80040203', `${name}: body is not base64 (RFC 4648 4). Encode the bytes of the file.`);
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length > most) refuseSize(name, most);
  const [key] = await context.scope.blobs.put([bytes]);
  return { body: null, mr_blob: key ?? null, filesize: bytes.length };
}

function refuseSize(name: string, most: number): never {
  refuse(
    'mr_AttachmentTooLarge',
    `${name} is larger than ${Math.floor(most / 1024)} KB. Make it smaller, or have an administrator raise organization.mr_maximumattachmentsizekb.`,
  );
}

async function recount(context: RuleContext, row: Attachment): Promise<void> {
  const { objectid } = row;
  if (objectid?.table !== 'email' && objectid?.table !== 'appointment') return;
  const attachmentcount = await context.records.count('activitymimeattachment', {
    column: 'objectid',
    operator: 'eq',
    value: objectid.id,
  });
  await context.records.update(objectid.table, objectid.id, { attachmentcount });
}
