import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { createRuledStore } from '../rules/ruled-store.ts';
import type { Caller } from '../webapi/sign-in.ts';
import { createPostWebhook } from '../webapi/webhooks/post-webhook.ts';
import { createReadRecordAs } from '../webapi/webhooks/read-record-as.ts';
import { createWebhookDispatcher, type WebhookDispatcher } from '../webapi/webhooks/webhook-dispatcher.ts';
import type { Organization } from './bootstrap.ts';
import type { OpenedDatabase } from './database-server.ts';

export interface WebhooksOptions {
  readonly opened: Pick<OpenedDatabase, 'database' | 'secretBox'>;
  readonly organization: Organization;
  readonly callerOf: (systemuserid: string) => Promise<Caller | undefined>;
  readonly clock: Clock;
  readonly log: Log;
  /** Public origin of the Web API, for links in what is sent. */
  readonly baseUrl: string;
}

/** The dispatcher of webhooks, over the store as each webhook's owner sees it. */
export function createWebhooks(options: WebhooksOptions): WebhookDispatcher {
  const { opened, organization, clock, log } = options;
  const { database, secretBox } = opened;
  const post = createPostWebhook();
  const dispatcher = createWebhookDispatcher({
    sql: (text, values) => database.sql(text, values),
    readAs: createReadRecordAs({
      storeFor: (caller) => createRuledStore({ database, caller, clock, onMailboxesTouched: () => undefined }),
      actions: {},
      log,
      clock,
      organization: async () => ({ organizationid: organization.organizationid, name: organization.name }),
      callerOf: options.callerOf,
      serviceRoot: `${options.baseUrl}/api/data/v9.2/`,
    }),
    openSecret: (sealed, webhookid) => secretBox.open(sealed, `mr_webhook/${webhookid}/mr_secret`),
    post,
    clock,
    log,
  });
  return {
    ...dispatcher,
    stop: async () => {
      await dispatcher.stop();
      await post.close();
    },
  };
}
