import { type OrganizationSettings, readOrganizationSettings } from '../store/organization-settings.ts';
import type { RecordStore } from '../store/record-store.ts';
import type { TurnBeginnings } from '../store/turn-memory.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { readProfiles } from './read-mailboxes.ts';

type Profile = RecordOf<'emailserverprofile'>;
type Versions = Pick<TurnBeginnings, 'versionOf'>;

interface Kept<T> {
  readonly version: string;
  readonly row: T;
}

/** Profiles that are kept. */
const mostKept = 1000;

/** The organisation's settings and the profiles as they were read last: hundreds of columns that hardly ever change, read again once their row was written. */
export class KeptRows {
  readonly #records: RecordStore;
  #settings: Kept<OrganizationSettings> | undefined;
  readonly #profiles = new Map<string, Kept<Profile>>();

  constructor(records: RecordStore) {
    this.#records = records;
  }

  /** The settings of a version, or newer ones. */
  async settings({ versionOf }: Versions): Promise<OrganizationSettings> {
    const version = versionOf('organization');
    if (this.#settings !== undefined && this.#settings.version === version) return this.#settings.row;
    const row = await readOrganizationSettings(this.#records);
    this.#settings = version === undefined ? undefined : { version, row };
    return row;
  }

  /** The profiles of mailboxes by id, of a version or newer ones. */
  async profiles(
    mailboxes: readonly RecordOf<'mailbox'>[],
    { versionOf }: Versions,
  ): Promise<ReadonlyMap<string, Profile>> {
    const found = new Map<string, Profile>();
    const missing = mailboxes.filter(({ emailserverprofile }) => {
      const id = emailserverprofile?.id ?? '';
      const kept = this.#profiles.get(id);
      if (kept === undefined || kept.version !== versionOf(id)) return true;
      found.set(id, kept.row);
      return false;
    });
    for (const [id, row] of await readProfiles(this.#records, missing)) {
      found.set(id, row);
      const version = versionOf(id);
      if (this.#profiles.size >= mostKept) this.#profiles.clear();
      if (version !== undefined) this.#profiles.set(id, { version, row });
    }
    return found;
  }
}
