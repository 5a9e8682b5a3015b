import type { RecordStore } from '../store/record-store.ts';
import type { RecordOf } from '../tables/catalog.ts';

type Profile = RecordOf<'emailserverprofile'>;
type PasswordColumn = 'incomingpassword' | 'outgoingpassword';

/** The sealed passwords of a profile. */
export type ProfilePasswords = (profile: Profile, column: PasswordColumn) => Promise<Profile | undefined>;

/**
 * Reads a password once for a profile's row as somebody holds it: rows that are kept because nobody wrote them (scheduler/kept-rows)
 * have the same one still, and a row that was read again has its password read again.
 */
export function createProfilePasswords(records: RecordStore): ProfilePasswords {
  const known = new WeakMap<Profile, Map<PasswordColumn, Profile>>();
  return async (profile, column) => {
    const kept = known.get(profile)?.get(column);
    if (kept !== undefined) return kept;
    const row = await records.retrieve('emailserverprofile', profile.emailserverprofileid ?? '', [column]);
    const own = known.get(profile) ?? new Map();
    if (row !== undefined) known.set(profile, own.set(column, row));
    return row;
  };
}
