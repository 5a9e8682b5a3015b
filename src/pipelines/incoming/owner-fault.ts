import type { RecordOf } from '../../tables/catalog.ts';
import { AccessMode } from '../../tables/choices.ts';

/** Why a user or team cannot own mail (OW-05). */
export interface OwnerFault {
  /** A documented code (chapter EC). */
  readonly code: '80040520' | '8004D24B' | '80042F0A';
  /** A sentence that says what to do. */
  readonly message: string;
}

/** What is known of an owner-to-be; a user who is gone is undefined. */
export type OwnerFacts =
  | { readonly kind: 'user'; readonly user: RecordOf<'systemuser'> | undefined; readonly hasRole: boolean }
  | { readonly kind: 'team'; readonly name: string; readonly hasRole: boolean };

/** What keeps a user or team from owning mail: disabled, no licence or role, no right to change records; undefined when nothing does (OW-01, OW-05). `whose` is what the mail was sent to. Pure. */
export function ownerFault(owner: OwnerFacts, whose: string): OwnerFault | undefined {
  if (owner.kind === 'team') {
    if (owner.hasRole) return undefined;
    return fault('80042F0A', owner.name, whose, 'is a team without a role. Give the team one');
  }
  const { user } = owner;
  if (user === undefined) {
    return { code: '80040520', message: `${whose} belongs to no user who is here. Give it an owner.` };
  }
  const name = user.fullname || user.internalemailaddress || (user.systemuserid ?? '');
  if (user.isdisabled === true) return fault('80040520', name, whose, 'is disabled. Enable the user');
  if (user.islicensed === false) return fault('8004D24B', name, whose, 'has no licence. Give the user one');
  if (!owner.hasRole) return fault('8004D24B', name, whose, 'has no role. Give the user one');
  if (user.accessmode !== AccessMode.read) return undefined;
  return fault('80040520', name, whose, 'may only read records (access mode 2). Change the access mode');
}

function fault(code: OwnerFault['code'], name: string, whose: string, why: string): OwnerFault {
  return { code, message: `${name}, who would own mail of ${whose}, ${why} or choose another owner.` };
}
