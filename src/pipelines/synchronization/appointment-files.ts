import type { FieldBag, FieldValue, FileFields } from '../../contracts/act-fields.ts';
import type { ActFiles } from '../../contracts/act-port.ts';
import type { OrganizationSettings } from '../../store/organization-settings.ts';
import type { RecordStore } from '../../store/record-store.ts';
import type { ActReads } from './act-type.ts';

/** Which files are carried (FM-A2, AT-01, AT-02): those that the organisation lets be attached. Pure. */
export function acceptsFile({ blockedExtensions, maxAttachmentBytes }: OrganizationSettings) {
  return (name: string, sizeBytes: number): boolean => {
    const extension = /\.([^.]*)$/.exec(name.trim().replace(/[\s.]+$/, ''))?.[1]?.toLowerCase();
    return sizeBytes <= maxAttachmentBytes && !(extension !== undefined && blockedExtensions.has(extension));
  };
}

/** How the files of a cycle travel; undefined where the organisation does not carry them. */
export function filesOf(
  settings: OrganizationSettings,
  blobs: { get(key: string): Promise<Buffer | undefined> },
): ActFiles | undefined {
  if (!settings.synchronization.appointmentAttachments) return undefined;
  return { accepts: acceptsFile(settings), contentOf: (digest) => blobs.get(digest) };
}

/** The files of one appointment: those that are carried, as the field `attachments`, and whether others are left out. */
export interface AppointmentFiles {
  readonly carried: FieldValue;
  readonly leavesOut: boolean;
}

/** The files of appointments by the appointment's id; the key of a body is its SHA-256. */
export async function readAppointmentFiles(
  records: ActReads,
  ids: readonly string[],
  settings: OrganizationSettings,
): Promise<ReadonlyMap<string, AppointmentFiles>> {
  const found = new Map<string, FileFields[]>();
  const leavingOut = new Set<string>();
  if (!settings.synchronization.appointmentAttachments || ids.length === 0) return new Map();
  const accepts = acceptsFile(settings);
  const page = await records.retrieveMultiple({
    table: 'activitymimeattachment',
    columns: ['objectid', 'filename', 'filesize', 'mr_blob'],
    filter: { column: 'objectid', operator: 'in', value: [...ids] },
  });
  for (const row of page.rows) {
    const name = row.filename ?? '';
    if (!row.mr_blob || !row.objectid) continue;
    if (!accepts(name, row.filesize ?? 0)) {
      leavingOut.add(row.objectid.id);
      continue;
    }
    const list = found.get(row.objectid.id) ?? [];
    list.push({ name, digest: row.mr_blob });
    found.set(row.objectid.id, list);
  }
  return new Map(
    [...new Set([...found.keys(), ...leavingOut])].map((id) => {
      const list = found.get(id);
      return [id, { carried: list === undefined ? null : sortedFiles(list), leavesOut: leavingOut.has(id) }];
    }),
  );
}

/** Files in the order in which both sides compare them. */
export const sortedFiles = (files: readonly FileFields[]): FieldValue =>
  [...files].sort((a, b) => (`${a.name} ${a.digest}` < `${b.name} ${b.digest}` ? -1 : 1));

/** What both sides have together: files that both have, and those that one of them got since they agreed. Nothing gives way. Pure. */
export function joinFiles(base: FieldValue | undefined, record: FieldValue, item: FieldValue): FieldValue {
  const known = new Set(listOf(base).map(keyOf));
  const [ours, theirs] = [listOf(record), listOf(item)];
  const both = new Set(ours.map(keyOf).filter((key) => theirs.some((file) => keyOf(file) === key)));
  const all = new Map([...ours, ...theirs].map((file) => [keyOf(file), file]));
  const kept = [...all].filter(([key]) => both.has(key) || !known.has(key)).map(([, file]) => file);
  return kept.length === 0 ? null : sortedFiles(kept);
}

const listOf = (value: FieldValue | undefined): readonly FileFields[] =>
  (value ?? []) as unknown as readonly FileFields[];
const keyOf = ({ name, digest }: FileFields): string => `${name} ${digest}`;

/** What a record's files become. */
export interface FileChange {
  readonly fields: FieldBag;
  /** What both sides agreed on before: nothing else is taken off. */
  readonly agreed: FieldBag;
  readonly contents: ReadonlyMap<string, Uint8Array> | undefined;
}

/** Brings the files of an appointment to those of the field `attachments`, where it changed; files that are not carried stay. */
export async function writeAppointmentFiles(
  records: RecordStore,
  appointmentId: string,
  { fields, agreed, contents }: FileChange,
  settings: OrganizationSettings,
): Promise<void> {
  if (fields.attachments === undefined) return;
  const wanted = new Map(listOf(fields.attachments).map((file) => [keyOf(file), file]));
  const known = new Set(listOf(agreed.attachments).map(keyOf));
  const accepts = acceptsFile(settings);
  const page = await records.retrieveMultiple({
    table: 'activitymimeattachment',
    columns: ['activitymimeattachmentid', 'filename', 'filesize', 'mr_blob'],
    filter: { column: 'objectid', operator: 'eq', value: appointmentId },
  });
  for (const row of page.rows) {
    const key = keyOf({ name: row.filename ?? '', digest: row.mr_blob ?? '' });
    if (wanted.delete(key) || !known.has(key) || !accepts(row.filename ?? '', row.filesize ?? 0)) continue;
    await records.delete('activitymimeattachment', row.activitymimeattachmentid ?? '');
  }
  for (const { name, digest } of wanted.values()) {
    const bytes = contents?.get(digest);
    if (bytes === undefined) continue;
    await records.create('activitymimeattachment', {
      objectid: { table: 'appointment', id: appointmentId },
      objecttypecode: 'appointment',
      filename: name.slice(0, 255),
      body: Buffer.from(bytes).toString('base64'),
    });
  }
}
