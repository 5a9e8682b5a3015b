import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useApi } from './api-context.tsx';
import { errorOfBody } from './api-error.ts';
import { entitySets, pathOf, type ShownTable } from './entity-sets.ts';
import { isAbout } from './query-keys.ts';

/** A write of a change set. */
export interface Change {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly table: ShownTable;
  /** Of the record that is changed or removed. */
  readonly id?: string;
  readonly values?: object;
  /** ETag that must still hold. */
  readonly ifMatch?: string | undefined;
}

/** Writes to the Web API; what is on screen follows at once. */
export interface Writes {
  /** Makes a record and answers its id. */
  create(table: ShownTable, values: object): Promise<string>;
  update(table: ShownTable, id: string, values: object, etag?: string): Promise<void>;
  remove(table: ShownTable, id: string): Promise<void>;
  /** Ties a record to another by a collection of it (`systemuserroles_association`), or unties them. */
  link(table: ShownTable, id: string, collection: string, other: ShownTable, otherId: string): Promise<void>;
  unlink(table: ShownTable, id: string, collection: string, otherId: string): Promise<void>;
  /** Writes several records: all of it happens, or nothing. */
  changeAll(changes: readonly Change[]): Promise<void>;
  /** Calls an action bound to a record. */
  act<T = undefined>(table: ShownTable, id: string, action: string, parameters?: object): Promise<T>;
  /** Calls an action bound to nothing; `touches` are the tables it writes. */
  call<T = undefined>(action: string, parameters: object, touches?: readonly ShownTable[]): Promise<T>;
}

interface BatchAnswer {
  readonly responses: readonly { readonly status: number; readonly body?: unknown }[];
}

/** Status of a request that was undone because another of its change set was refused. */
const failedDependency = 424;

/** The writes of the signed-in user. */
export function useWrites(): Writes {
  const { client } = useApi();
  const queries = useQueryClient();
  const refresh = useCallback(
    async (table: ShownTable) => {
      await queries.invalidateQueries({ predicate: ({ queryKey }) => isAbout(queryKey, table) });
    },
    [queries],
  );
  return useMemo<Writes>(
    () => ({
      async create(table, values) {
        const made = await client.request<Record<string, unknown>>(pathOf(table), {
          method: 'POST',
          body: values,
          prefer: 'return=representation',
        });
        await refresh(table);
        return String(made[entitySets[table][1]]);
      },
      async update(table, id, values, etag) {
        await client.request(pathOf(table, id), {
          method: 'PATCH',
          body: values,
          ifMatch: etag ?? '*',
        });
        await refresh(table);
      },
      async remove(table, id) {
        await client.request(pathOf(table, id), { method: 'DELETE' });
        await refresh(table);
      },
      async link(table, id, collection, other, otherId) {
        const body = { '@odata.id': pathOf(other, otherId) };
        await client.request(`${pathOf(table, id)}/${collection}/$ref`, { method: 'POST', body });
        await refresh(table);
      },
      async unlink(table, id, collection, otherId) {
        await client.request(`${pathOf(table, id)}/${collection}(${otherId})/$ref`, { method: 'DELETE' });
        await refresh(table);
      },
      async changeAll(changes) {
        const requests = changes.map(({ method, table, id, values, ifMatch }, index) => ({
          id: String(index + 1),
          atomicityGroup: 'all',
          method,
          url: pathOf(table, id),
          ...(ifMatch === undefined ? {} : { headers: { 'if-match': ifMatch } }),
          ...(values === undefined ? {} : { body: values }),
        }));
        const { responses } = await client.request<BatchAnswer>('$batch', { method: 'POST', body: { requests } });
        for (const table of new Set(changes.map((change) => change.table))) await refresh(table);
        const refused = responses.find(({ status }) => status >= 400 && status !== failedDependency);
        if (refused) throw errorOfBody(refused.status, refused.body);
      },
      async act<T>(table: ShownTable, id: string, action: string, parameters: object = {}) {
        const path = `${pathOf(table, id)}/Microsoft.Dynamics.CRM.${action}`;
        const answer = await client.request<T>(path, { method: 'POST', body: parameters });
        await refresh(table);
        return answer;
      },
      async call<T>(action: string, parameters: object, touches: readonly ShownTable[] = []) {
        const answer = await client.request<T>(action, { method: 'POST', body: parameters });
        for (const table of touches) await refresh(table);
        return answer;
      },
    }),
    [client, refresh],
  );
}

/** A lookup's value as it is written. */
export function reference(table: ShownTable, id: string): string {
  return `/${pathOf(table, id)}`;
}
