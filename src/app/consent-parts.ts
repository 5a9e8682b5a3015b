import type { Clock } from '../base/clock.ts';
import { createOAuthClient, type OAuthClient } from '../connectors/oauth/oauth-client.ts';
import type { Config } from './config-schema.ts';
import type { OpenedDatabase } from './database-server.ts';
import { createMailboxTokens, type MailboxTokens } from './mailbox-tokens.ts';
import { publicRoot } from './public-root.ts';

/** What a process needs of OAuth: the client, and the tokens of mailboxes. */
export interface ConsentParts {
  readonly client: OAuthClient;
  readonly tokens: MailboxTokens;
}

/** Where a person consents for a mailbox. */
export function consentUrl(config: Config, mailboxid: string): string {
  return `${publicRoot(config)}/consent/${mailboxid}`;
}

/** OAuth over an open database. */
export function createConsentParts(
  config: Config,
  clock: Clock,
  { database, secretBox }: Pick<OpenedDatabase, 'database' | 'secretBox'>,
): ConsentParts {
  const client = createOAuthClient(clock);
  const tokens = createMailboxTokens({
    database,
    secretBox,
    clock,
    client,
    consentUrl: (mailboxid) => consentUrl(config, mailboxid),
  });
  return { client, tokens };
}
