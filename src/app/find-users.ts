import type { Database } from '../store/database.ts';
import type { ColumnName } from '../tables/catalog.ts';
import type { FindUser } from '../webapi/impersonate.ts';
import type { DescribeUser } from '../webapi/token-store.ts';

/** Finds the one enabled user whom a value of a column names; undefined when there is none or more than one. SYSTEM is no person and never found. */
export type FindUserBy = (column: ColumnName<'systemuser'>, value: string) => Promise<string | undefined>;

/** The lookup over the database. */
export function createFindUserBy({ records }: Database): FindUserBy {
  return async (column, value) => {
    const page = await records.retrieveMultiple({
      table: 'systemuser',
      columns: ['isdisabled', 'domainname'],
      filter: { column, operator: 'eq', value },
      limit: 3,
    });
    const enabled = page.rows.filter((row) => !row.isdisabled && row.domainname !== 'SYSTEM');
    return enabled.length === 1 ? (enabled[0]?.systemuserid ?? undefined) : undefined;
  };
}

/** Users as impersonation finds them. */
export function createImpersonatedUsers(findUserBy: FindUserBy, describeUser: DescribeUser): FindUser {
  const described = async (systemuserid: string | undefined) => {
    const user = systemuserid === undefined ? undefined : await describeUser(systemuserid);
    return user === undefined || systemuserid === undefined ? undefined : { systemuserid, ...user };
  };
  return {
    byId: async (systemuserid) => described(await findUserBy('systemuserid', systemuserid)),
    byObjectId: async (objectid) => described(await findUserBy('azureactivedirectoryobjectid', objectid)),
  };
}
