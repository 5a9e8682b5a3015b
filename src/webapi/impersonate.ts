import { delegatedRights } from '../store/reduced-rights.ts';
import { HttpError } from './http-error.ts';
import { isGuid } from './literal-value.ts';
import type { Caller } from './sign-in.ts';

/** Finds users that somebody wants to act for; undefined for one who is not there, disabled, or the SYSTEM user. */
export interface FindUser {
  /** By systemuserid (`MSCRMCallerID`). */
  byId(systemuserid: string): Promise<Caller | undefined>;
  /** By azureactivedirectoryobjectid (`CallerObjectId`). */
  byObjectId(objectid: string): Promise<Caller | undefined>;
}

/** The caller that a request speaks for: the one who signed in, or the user whom `CallerObjectId` or `MSCRMCallerID` names, with no more than both may do. Throws 403 (80040220) without the privilege prvActOnBehalfOfAnotherUser, 400 for a header that is no GUID, 403 (80048306) for an unknown user. */
export async function impersonate(
  actor: Caller,
  headers: Readonly<Record<string, string | undefined>>,
  users: FindUser | undefined,
): Promise<Caller> {
  const objectid = headers.callerobjectid?.trim();
  const systemuserid = headers.mscrmcallerid?.trim();
  const wanted = objectid || systemuserid;
  if (!wanted || users === undefined) return actor;
  if (!isGuid(wanted))
    throw new HttpError(400, '80048306', 'CallerObjectId and MSCRMCallerID take the GUID of a user.');
  const isAllowed = actor.isAdministrator || (actor.rights?.grants.has('prvActOnBehalfOfAnotherUser') ?? false);
  if (!isAllowed) {
    throw new HttpError(
      403,
      '80040220',
      'You may not act on behalf of another user (privilege prvActOnBehalfOfAnotherUser). Ask an administrator for the role Delegate.',
    );
  }
  const user = await (objectid ? users.byObjectId(wanted.toLowerCase()) : users.byId(wanted.toLowerCase()));
  if (user?.rights === undefined) {
    throw new HttpError(403, '80048306', `There is no user with the id ${wanted} to act for, or they are disabled.`);
  }
  if (user.systemuserid === actor.systemuserid) return actor;
  const rights = actor.rights === undefined ? user.rights : delegatedRights(user.rights, actor.rights);
  return {
    systemuserid: user.systemuserid,
    name: user.name,
    isAdministrator: rights.isAdministrator,
    rights,
    actingUserId: actor.systemuserid,
  };
}
