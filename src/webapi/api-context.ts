import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { AuditSwitch } from '../store/audit-triggers.ts';
import { readConditionContext } from '../store/fetch/read-condition-context.ts';
import type { ActionHandlers, CallerStore } from './actions.ts';
import type { ApiModel } from './api-model.ts';
import type { ApiContext, ApiRequest, OrganizationIdentity } from './api-request.ts';
import { parsePrefer } from './prefer.ts';
import { readFormats } from './read-formats.ts';
import type { Caller } from './sign-in.ts';

/** What every request needs, whoever asks. */
export interface ContextOptions<S extends CallerStore = CallerStore> {
  /** The tables as this caller may see and change them; called for every request. */
  readonly storeFor: (caller: Caller) => S;
  /** Messages that must reach code. */
  readonly actions: ActionHandlers<S>;
  readonly log: Log;
  readonly clock: Clock;
  organization(): Promise<OrganizationIdentity>;
  /** What is audited otherwise than by default; nothing when absent. */
  auditSwitches?(): Promise<readonly AuditSwitch[]>;
}

/** What one request of one caller works with. */
export function createContext<S extends CallerStore>(
  options: ContextOptions<S>,
  model: ApiModel,
  caller: Caller,
  request: Pick<ApiRequest, 'headers'>,
  serviceRoot: string,
): ApiContext {
  const records = options.storeFor(caller);
  return {
    model,
    records,
    caller,
    clock: options.clock,
    log: options.log,
    // Handlers get the very store that storeFor returned, or the one its `together` opened.
    actions: options.actions as unknown as ActionHandlers,
    serviceRoot,
    prefer: parsePrefer(request.headers.prefer),
    organization: () => options.organization(),
    auditSwitches: async () => (await options.auditSwitches?.()) ?? [],
    formats: once(() => readFormats(records, caller.systemuserid)),
    conditions: once(async () => {
      const read = await readConditionContext(records, caller.systemuserid, options.clock.now());
      const { rights } = caller;
      return rights === undefined ? read : { ...read, businessUnitId: rights.businessunitid, teamIds: rights.teams };
    }),
  };
}

/** Asks at most once, however often it is called. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask();
    return asked;
  };
}
