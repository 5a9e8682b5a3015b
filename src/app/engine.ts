import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../base/clock.ts';
import { MailroomError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { runIncomingTurn } from '../pipelines/incoming/pipeline.ts';
import { runOutgoingTurn } from '../pipelines/outgoing/pipeline.ts';
import { createActTurn } from '../pipelines/synchronization/pipeline.ts';
import { runTestTurn } from '../scheduler/mailbox-test.ts';
import { createMailboxWatcher, type MailboxWatcher } from '../scheduler/mailbox-watcher.ts';
import { createScheduler, type Scheduler } from '../scheduler/scheduler.ts';
import { createAccessDirectory } from '../store/access-directory.ts';
import type { Database } from '../store/database.ts';
import type { MailboxLeases } from '../store/mailbox-leases.ts';
import { createMailboxWatches } from '../store/mailbox-watches.ts';
import { readPresentCategory } from '../store/present-category.ts';
import { createServerPauses } from '../store/server-pauses.ts';
import { createMailboxLeases } from '../store/sql-mailbox-leases.ts';
import { ServerType } from '../tables/choices.ts';
import { createChangeHub } from '../webapi/events/change-hub.ts';
import type { DescribeUser } from '../webapi/token-store.ts';
import type { WebhookDispatcher } from '../webapi/webhooks/webhook-dispatcher.ts';
import { createActions } from './actions.ts';
import { bootstrap, type Organization } from './bootstrap.ts';
import { buildWeb } from './build-web.ts';
import type { Config } from './config-schema.ts';
import { type Connect, createConnect } from './connectors.ts';
import { consentUrl, createConsentParts } from './consent-parts.ts';
import { type OpenedDatabase, openConfiguredDatabase } from './database-server.ts';
import { createDescribeUser } from './describe-user.ts';
import { holdCopy } from './hold-copy.ts';
import { createHousekeeping } from './housekeeping.ts';
import { housekeepingTasks } from './housekeeping-tasks.ts';
import { createMailboxConsent } from './mailbox-consent.ts';
import { createOpenActCaller } from './open-act-caller.ts';
import { publicRoot } from './public-root.ts';
import { createRecordCreation, type RecordCreation } from './record-creation/record-creation.ts';
import { createTokens } from './tokens.ts';
import { createWebhooks } from './webhooks.ts';

/** What a process does: serve the Web API, work on mailboxes, or both. */
export type EngineRole = 'web' | 'worker';

export interface EngineOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly roles: readonly EngineRole[];
}

/** What a start made known. */
export interface Started {
  /** Where the Web API listens; empty without the role `web`. */
  readonly url: string;
  /** The one-time code of a first start. */
  readonly oneTimeSignIn: string | undefined;
  /** A bearer token of the administrator, of this run; for the demo. */
  readonly administratorToken: string;
}

/** A whole Mailroom in one process. */
export interface Engine {
  readonly database: Database;
  readonly organization: Organization;
  /** Resolves when a part failed for good and the process should end. */
  readonly failed: Promise<void>;
  start(): Promise<Started>;
  /** Looks at the schedule now instead of at the next tick. */
  wake(): void;
  /** Ends in order: no new turns, running ones finish, the Web API closes, the database last. */
  stop(): Promise<void>;
}

const hourMs = 3_600_000;

/** Opens the database and assembles every part; nothing runs before `start`. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { config, clock, log } = options;
  const opened = await openConfiguredDatabase({
    config,
    clock,
    log,
    migrate: true,
  });
  try {
    const organization = await bootstrap(opened.database, clock);
    if (config.holdCopies) await holdCopy({ database: opened.database, organization, clock, log });
    return assemble(options, opened, organization);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

function assemble(options: EngineOptions, opened: OpenedDatabase, organization: Organization): Engine {
  const { config, clock, log, roles } = options;
  const { database } = opened;
  const leases = createMailboxLeases(database);
  const directory = createAccessDirectory(database);
  const describeUser = createDescribeUser(directory);
  const tokens = createTokens(database, describeUser, config.sessionHours * hourMs);
  // One for all parts: turns ask the lines that the watcher holds.
  const connect = buildConnect(options, opened);
  const scheduler = roles.includes('worker')
    ? buildScheduler(options, opened, { organization, leases, describeUser, connect })
    : undefined;
  const watcher = scheduler && buildWatcher(options, opened, { leases, connect, wake: () => scheduler.wake() });
  const housekeeping = createHousekeeping(
    housekeepingTasks({ database, systemUserId: organization.systemUserId, clock }, tokens, publicRoot(config)),
    clock,
    log,
  );
  const webhooks = roles.includes('worker') ? buildWebhooks(options, opened, organization, describeUser) : undefined;
  const wake = (): void => {
    void leases.reconcile(clock.now()).then(
      () => scheduler?.wake(),
      (error: unknown) =>
        log.warn({ err: error }, 'the schedule could not be brought up to date; the next tick tries again'),
    );
  };
  const recordCreation = roles.includes('worker')
    ? buildRecordCreation(options, opened, organization, describeUser, wake)
    : undefined;
  const changes = createChangeHub((text, values) => database.sql(text, values), clock, log);
  const web = roles.includes('web')
    ? buildWeb({
        config,
        clock,
        log,
        database,
        organization,
        tokens,
        directory,
        describeUser,
        actions: createActions({
          clock,
          database,
          leases,
          connect,
          consentUrl: (mailboxid) => consentUrl(config, mailboxid),
        }),
        consentsFor: (storeFor) =>
          createMailboxConsent({
            ...opened,
            ...createConsentParts(config, clock, opened),
            leases,
            storeFor,
            callerOf: callerOf(describeUser),
            clock,
          }),
        changes,
        wake,
      })
    : undefined;
  return {
    database,
    organization,
    failed: opened.lost.then((error) => {
      if (error !== undefined) log.fatal({ err: error }, 'the database is gone for good');
    }),
    wake,
    start: async () => {
      const administrator = { systemuserid: organization.administratorId, kind: 'api' as const };
      if (config.adminToken)
        await tokens.preset(config.adminToken, { ...administrator, name: 'MAILROOM_ADMIN_TOKEN', lifetimeMs: null });
      const url = web ? await listen(web, config) : '';
      await leases.reconcile(clock.now());
      scheduler?.start();
      watcher?.start();
      housekeeping.start();
      webhooks?.start();
      recordCreation?.start();
      log.info({ url, database: opened.engine, roles }, 'mailroom is running');
      return {
        url,
        oneTimeSignIn: organization.isNew
          ? await tokens.issue({ ...administrator, kind: 'signin', name: 'first start', lifetimeMs: 24 * hourMs })
          : undefined,
        administratorToken: await tokens.issue({
          ...administrator,
          kind: 'session',
          name: 'started here',
          lifetimeMs: 12 * hourMs,
        }),
      };
    },
    stop: async () => {
      await watcher?.stop();
      await scheduler?.stop();
      await recordCreation?.stop();
      await webhooks?.stop();
      await housekeeping.stop();
      await web?.close();
      await changes.stop();
      await opened.close();
    },
  };
}

function buildScheduler(
  options: EngineOptions,
  opened: OpenedDatabase,
  {
    organization,
    leases,
    describeUser,
    connect,
  }: {
    readonly organization: Organization;
    readonly leases: MailboxLeases;
    readonly describeUser: DescribeUser;
    readonly connect: Connect;
  },
): Scheduler {
  const { config, clock, log } = options;
  const openCaller = createOpenActCaller({
    database: opened.database,
    callerOf: callerOf(describeUser),
    // Mailboxes that a record's change concerns are found by the next look at the schedule.
    onMailboxesTouched: () => {},
    clock,
  });
  return createScheduler({
    database: opened.database,
    leases,
    turns: {
      incoming: runIncomingTurn,
      outgoing: runOutgoingTurn,
      act: createActTurn({ openCaller }),
      test: runTestTurn,
    },
    connect,
    systemUserId: organization.systemUserId,
    clock,
    log,
    worker: newWorkerName(),
    concurrency: config.concurrency,
    leaseMs: config.leaseSeconds * 1000,
    heardLookMs: config.watchedLookSeconds * 1000,
    maxItems: config.maxItemsPerTurn,
  });
}

function buildWatcher(
  options: EngineOptions,
  opened: OpenedDatabase,
  { leases, connect, wake }: { readonly leases: MailboxLeases; readonly connect: Connect; readonly wake: () => void },
): MailboxWatcher {
  const { database } = opened;
  return createMailboxWatcher({
    database,
    leases,
    connect,
    clock: options.clock,
    log: options.log,
    worker: newWorkerName(),
    watches: createMailboxWatches(
      (text, values) => database.sql(text, values),
      [ServerType.imapSmtp, ServerType.exchangeServer, ServerType.exchangeHybrid, ServerType.exchangeOnlineHybrid],
    ),
    most: options.config.watchedMailboxes,
    claimMs: options.config.leaseSeconds * 1000,
    wake,
  });
}

function buildConnect({ config, clock, log }: EngineOptions, opened: OpenedDatabase): Connect {
  return createConnect({
    tokens: createConsentParts(config, clock, opened).tokens,
    records: opened.database.records,
    secretBox: opened.secretBox,
    clock,
    clientName: config.clientName,
    presentCategory: (mailboxid) => readPresentCategory(opened.database, mailboxid),
    pauses: createServerPauses({ sql: (text, values) => opened.database.sql(text, values), clock, log }),
  });
}

const newWorkerName = (): string => `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`;

function buildRecordCreation(
  { clock, log }: EngineOptions,
  { database }: OpenedDatabase,
  organization: Organization,
  describeUser: DescribeUser,
  wake: () => void,
): RecordCreation {
  return createRecordCreation({
    database,
    callerOf: callerOf(describeUser),
    organization: async () => ({ organizationid: organization.organizationid, name: organization.name }),
    onMailboxesTouched: wake,
    clock,
    log,
  });
}

/** Users as the Web API knows them; undefined when gone or disabled. */
function callerOf(describeUser: DescribeUser) {
  return async (systemuserid: string) => {
    const known = await describeUser(systemuserid);
    return known && { systemuserid, ...known };
  };
}

function buildWebhooks(
  options: EngineOptions,
  opened: OpenedDatabase,
  organization: Organization,
  describeUser: DescribeUser,
): WebhookDispatcher {
  const { config, clock, log } = options;
  return createWebhooks({
    opened,
    organization,
    clock,
    log,
    baseUrl: publicRoot(config),
    callerOf: callerOf(describeUser),
  });
}

async function listen(web: FastifyInstance, config: Config): Promise<string> {
  try {
    return await web.listen({ host: config.host, port: config.port });
  } catch (cause) {
    throw new MailroomError(
      `The Web API cannot listen on ${config.host}:${config.port}: ${cause instanceof Error ? cause.message : String(cause)}. Set MAILROOM_PORT (0 takes a free one) or MAILROOM_HOST, or end the program that uses it.`,
      { code: 'mr_PortUnavailable', kind: 'configuration', cause },
    );
  }
}
