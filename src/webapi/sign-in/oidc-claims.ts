import { isUuid } from '../../base/uuid.ts';

/** Column of systemuser by which a claim finds its user. */
export type UserColumn = 'azureactivedirectoryobjectid' | 'domainname' | 'internalemailaddress';

/** How claims of the provider name users here. */
export interface ClaimMapping {
  readonly column: UserColumn;
  /** Claim whose value stands in the column; the usual one of the column when absent. */
  readonly claim?: string | undefined;
}

/** Whom a token names: a user by a column, or a program by its application id. */
export type NamedIdentity =
  | { readonly column: UserColumn | 'applicationid'; readonly value: string }
  | { readonly refusal: string };

const usualClaims: Readonly<Record<UserColumn, string>> = {
  azureactivedirectoryobjectid: 'oid',
  domainname: 'preferred_username',
  internalemailaddress: 'email',
};

/** Reads whom verified claims name. An address counts only when the provider does not say that it is unverified; a token without a person in it may name a program (`azp`, `appid`, `client_id`). */
export function identityOf(claims: Readonly<Record<string, unknown>>, mapping: ClaimMapping): NamedIdentity {
  const name = mapping.claim ?? usualClaims[mapping.column];
  const value = claims[name];
  if (typeof value === 'string' && value !== '' && claims.idtyp !== 'app') {
    if (name === 'email' && isSaidUnverified(claims.email_verified))
      return { refusal: 'the provider says that the email address is not verified' };
    if (mapping.column === 'azureactivedirectoryobjectid' && !isUuid(value))
      return { refusal: `its claim '${name}' is no GUID` };
    return { column: mapping.column, value };
  }
  const program = [claims.azp, claims.appid, claims.client_id].find((id) => typeof id === 'string' && isUuid(id));
  if (typeof program === 'string') return { column: 'applicationid', value: program.toLowerCase() };
  return { refusal: `it has no claim '${name}'` };
}

function isSaidUnverified(value: unknown): boolean {
  return value === false || value === 'false' || value === 0;
}
