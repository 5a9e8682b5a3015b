import { catalog } from '../../tables/catalog.ts';
import type { CallerStore } from '../actions.ts';
import { type ContextOptions, createContext } from '../api-context.ts';
import { createApiModel } from '../api-model.ts';
import { readCollection } from '../collections.ts';
import type { JsonObject } from '../entity-json.ts';
import type { Caller } from '../sign-in.ts';
import type { ReadRecordAs } from './webhook-dispatcher.ts';

export interface ReadRecordAsOptions<S extends CallerStore = CallerStore> extends ContextOptions<S> {
  /** Undefined when the user is gone or disabled. */
  readonly callerOf: (systemuserid: string) => Promise<Caller | undefined>;
  /** Root that links in the answer begin with. */
  readonly serviceRoot: string;
}

/** Reads one record exactly as the Web API answers it to that user, `$filter` and `$select` included. Throws item errors for a filter or selection that cannot be read. */
export function createReadRecordAs<S extends CallerStore>(options: ReadRecordAsOptions<S>): ReadRecordAs {
  const model = createApiModel(catalog);
  return async (systemuserid, name, id, { filter, select }) => {
    const caller = await options.callerOf(systemuserid);
    const table = model.byName(name);
    if (caller === undefined || table === undefined) return undefined;
    const headers = { prefer: 'odata.include-annotations="*"' };
    const context = createContext(options, model, caller, { headers }, options.serviceRoot);
    const query = [
      filter ? `$filter=${encodeURIComponent(filter)}` : '',
      select ? `$select=${encodeURIComponent(select)}` : '',
    ];
    const request = {
      method: 'GET',
      path: table.definition.entitySetName,
      queryString: query.filter((option) => option !== '').join('&'),
      headers,
      body: undefined,
    };
    const isIt = { column: table.definition.primaryId, operator: 'eq', value: id } as const;
    const answer = await readCollection(context, request, table, isIt);
    return ((answer.body as JsonObject).value as readonly JsonObject[])[0];
  };
}
