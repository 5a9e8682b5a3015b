import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { packageFolder } from '../base/package-folder.ts';
import { sanitizeHtml } from '../formats/sanitize-html.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import { createRuledStore } from '../rules/ruled-store.ts';
import { createAccessAudit } from '../store/access-audit.ts';
import type { AccessDirectory } from '../store/access-directory.ts';
import { readAuditSwitches } from '../store/audit-triggers.ts';
import type { Database } from '../store/database.ts';
import type { ActionHandlers } from '../webapi/actions.ts';
import type { ConsentService } from '../webapi/consent/consent-routes.ts';
import type { ChangeHub } from '../webapi/events/change-hub.ts';
import { readPageFiles } from '../webapi/page/page-files.ts';
import { createRequestLimits } from '../webapi/request-limits.ts';
import { createWebApi } from '../webapi/server.ts';
import type { Caller } from '../webapi/sign-in.ts';
import type { DescribeUser, TokenStore } from '../webapi/token-store.ts';
import type { Organization } from './bootstrap.ts';
import type { Config } from './config-schema.ts';
import { createFindUserBy, createImpersonatedUsers } from './find-users.ts';
import { createSignIn } from './sign-in.ts';
import { signInSettingsActions } from './sign-in-settings.ts';

/** What the Web API of a process is made of. */
export interface WebParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly database: Database;
  readonly organization: Organization;
  readonly tokens: TokenStore;
  readonly directory: AccessDirectory;
  readonly describeUser: DescribeUser;
  readonly actions: ActionHandlers<RuledStore>;
  readonly changes: ChangeHub;
  /** Consent for mailboxes, over the store as a caller sees it. */
  readonly consentsFor?: (storeFor: (caller: Caller) => RuledStore) => ConsentService;
  /** Looks at the schedule of mailboxes that a write touched. */
  readonly wake: () => void;
}

/** The Web API with sign-in, rules, messages, events and limits, not yet listening. */
export function buildWeb(parts: WebParts): FastifyInstance {
  const { config, clock, log, database, organization, tokens, describeUser } = parts;
  const findUserBy = createFindUserBy(database);
  const signIn = createSignIn({ ...parts, findUserBy });
  const storeFor = (caller: Caller): RuledStore =>
    createRuledStore({ database, caller, clock, onMailboxesTouched: parts.wake });
  return createWebApi({
    storeFor,
    ...(parts.consentsFor === undefined ? {} : { consents: parts.consentsFor(storeFor) }),
    verifier: signIn.verifier,
    signIn: tokens,
    accounts: signIn.accounts,
    access: createAccessAudit((text, values) => database.sql(text, values), clock),
    users: createImpersonatedUsers(findUserBy, describeUser),
    limits: createRequestLimits(
      {
        requests: config.requestLimit,
        executionSeconds: config.executionLimitSeconds,
        concurrent: config.concurrentLimit,
      },
      clock,
    ),
    ...(config.corsOrigins === undefined ? {} : { corsOrigins: listOf(config.corsOrigins) }),
    ...(config.trustedProxies === undefined ? {} : { trustedProxies: listOf(config.trustedProxies) }),
    actions: { ...parts.actions, ...signInSettingsActions(parts) },
    probes: {
      ready: async () => {
        await database.sql('select 1');
        return [{ name: 'database', ok: true }];
      },
    },
    changes: parts.changes,
    sanitiseMail: sanitizeHtml,
    page: readPageFiles(path.join(packageFolder(), 'dist', 'page')),
    log,
    clock,
    ...(config.publicUrl ? { baseUrl: config.publicUrl } : {}),
    auditSwitches: () => readAuditSwitches((text, values) => database.sql(text, values)),
    organization: async () => ({ organizationid: organization.organizationid, name: organization.name }),
  });
}

const listOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
