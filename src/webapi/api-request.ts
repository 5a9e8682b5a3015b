import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { AuditSwitch } from '../store/audit-triggers.ts';
import type { ActionHandlers, CallerStore } from './actions.ts';
import type { ApiModel } from './api-model.ts';
import type { FilterContext } from './filter-context.ts';
import type { ValueFormats } from './format-value.ts';
import type { Preferences } from './prefer.ts';
import type { Caller } from './sign-in.ts';

/** A request after the version root, free of the HTTP server, so that batch parts are requests like any other. */
export interface ApiRequest {
  readonly method: string;
  /** Still percent-encoded, without the version root and the query string. */
  readonly path: string;
  /** Undecoded, without the question mark. */
  readonly queryString: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer | undefined;
}

/** An answer free of the HTTP server. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A string is sent as it is, anything else as JSON; absent for none. */
  readonly body?: unknown;
}

/** The organisation as WhoAmI tells it. */
export interface OrganizationIdentity {
  readonly organizationid: string;
  readonly name: string;
}

/** What belongs to one request of one caller. */
export interface ApiContext extends FilterContext {
  readonly model: ApiModel;
  readonly records: CallerStore;
  readonly caller: Caller;
  readonly clock: Clock;
  readonly log: Log;
  readonly actions: ActionHandlers;
  /** `https://host/api/data/v9.2/`. */
  readonly serviceRoot: string;
  readonly prefer: Preferences;
  organization(): Promise<OrganizationIdentity>;
  /** How the caller wants dates and numbers shown. */
  formats(): Promise<ValueFormats>;
  /** What is audited otherwise than by default. */
  auditSwitches(): Promise<readonly AuditSwitch[]>;
  /** URLs that `$<Content-ID>` stands for inside a batch. */
  readonly contentIds?: ReadonlyMap<string, string> | undefined;
}
