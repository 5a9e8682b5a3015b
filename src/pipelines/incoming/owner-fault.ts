import type { RecordOf } from '../../tables/catalog.ts';
import { AccessMode } from '../../tables/choices.ts';

/** Why a user cannot own mail (OW-05). */
export interface OwnerFault {
  /** A documented code (chapter EC). */
  readonly code: '80040520' | '8004D24B';
  /** A sentence that says what to do. */
  readonly message: string;
}

/** What keeps a user from owning mail: disabled, no licence, or no right to change records; undefined when nothing does (OW-01, OW-05). Pure. */
export function ownerFault(user: RecordOf<'systemuser'> | undefined, whose: string): OwnerFault | undefined {
  if (user === undefined) {
    return {
      code: '80040520',
      message: `${whose} belongs to no user who is here. Give it an owner.`,
    };
  }
  const name = user.fullname || user.internalemailaddress || (user.systemuserid ?? '');
  if (user.isdisabled === true) {
    return {
      code: '80040520',
      message: `${name}, who would own mail of ${whose}, is disabled. Enable the user or choose another owner.`,
    };
  }
  if (user.islicensed === false) {
    return {
      code: '8004D24B',
      message: `${name}, who would own mail of ${whose}, has no licence. Give the user one or choose another owner.`,
    };
  }
  if (user.accessmode === AccessMode.read) {
    return {
      code: '80040520',
      message: `${name}, who would own mail of ${whose}, may only read records (access mode 2). Change the access mode or choose another owner.`,
    };
  }
  return undefined;
}
