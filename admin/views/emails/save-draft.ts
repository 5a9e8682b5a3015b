import { PartyMask } from '../../../src/tables/choices.ts';
import type { Client } from '../../api/client.ts';
import { pathOf } from '../../api/entity-sets.ts';
import type { Change, Writes } from '../../api/use-writes.ts';
import { readAddresses } from './addresses.ts';
import type { StoredDraft } from './draft-of-email.ts';
import { type Draft, emailOf, type ReceiverList } from './email-of-draft.ts';
import { findRecords, type PartyRecord } from './find-records.ts';

/** A draft that the service knows. */
export interface KnownDraft extends Pick<StoredDraft, 'records' | 'partyIds' | 'sender'> {
  readonly id: string;
  /** As it was read; a draft that somebody else changed since is refused. */
  readonly etag: string | undefined;
}

/** Makes the email of a draft, or changes it with its parties and the attachments that were taken out, all or nothing; answers its id. Throws ApiError. */
export async function saveDraft(
  { client, writes }: { readonly client: Client; readonly writes: Writes },
  draft: Draft,
  parentId: string | undefined,
  known: KnownDraft | undefined,
  takenOut: readonly string[],
): Promise<string> {
  const lists: readonly ReceiverList[] = ['to', 'cc', 'bcc'];
  const addresses = lists.flatMap((list) => readAddresses(draft[list]).addresses);
  const unknown = addresses.filter((address) => !known?.records.has(address));
  const records = new Map<string, PartyRecord>([...(known?.records ?? []), ...(await findRecords(client, unknown))]);
  const values = emailOf(draft, parentId, records);
  if (known === undefined) return writes.create('email', values);
  // A list of parties that is not given stays as it is, so what leaves an empty one is removed by name.
  const emptied = lists.filter(
    (list) => readAddresses(draft[list]).addresses.length === 0 && !draft.named.some((one) => one.list === list),
  );
  await writes.changeAll([
    { method: 'PATCH', table: 'email', id: known.id, values, ifMatch: known.etag ?? '*' },
    ...emptied.flatMap((list) =>
      known.partyIds[list].map((id): Change => ({ method: 'DELETE', table: 'activityparty', id })),
    ),
    ...takenOut.map((id): Change => ({ method: 'DELETE', table: 'activitymimeattachment', id })),
  ]);
  return known.id;
}

/** A draft as it is known after it was written, when something after that failed. Throws ApiError. */
export async function readKnown(client: Client, id: string, before: KnownDraft | undefined): Promise<KnownDraft> {
  const row = await client.request<{ '@odata.etag'?: string }>(`${pathOf('email', id)}?$select=activityid`);
  const parties = await client.request<{
    value: readonly { activitypartyid: string; participationtypemask: number }[];
  }>(`${pathOf('activityparty')}?$select=activitypartyid,participationtypemask&$filter=_activityid_value eq ${id}`);
  const ids = (mask: number): readonly string[] =>
    parties.value.filter((one) => one.participationtypemask === mask).map((one) => one.activitypartyid);
  return {
    id,
    etag: row['@odata.etag'],
    records: before?.records ?? new Map(),
    sender: before?.sender,
    partyIds: { to: ids(PartyMask.to), cc: ids(PartyMask.cc), bcc: ids(PartyMask.bcc) },
  };
}
