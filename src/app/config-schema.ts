import { z } from 'zod';

/** Digits alone: of a blank text, `0x1F` or `1e3` nobody knows what was meant. */
const whole = (least: number, most: number) =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^\s*-?\d+\s*$/.test(value) ? Number(value) : value),
    z
      .int({ error: 'must be a whole number' })
      .min(least, `must be at least ${least}`)
      .max(most, `must be at most ${most}`),
  );
const port = whole(0, 65535);
const limit = whole(0, 100_000_000);
const flag = z.union([z.boolean(), z.stringbool()]);
const list = z.string().min(1);
const count = (max: number) => whole(1, max);

/** Every setting of the service: name, meaning, default. Environment variables are `MAILROOM_` plus the name in upper snake case; the optional file is JSON with these names. */
export const configSchema = z.strictObject({
  dataDir: z.string().min(1).optional().describe('Folder of the embedded database, keys and state'),
  databaseUrl: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgresql://')
    .optional()
    .describe('PostgreSQL 15 or newer to use instead of the embedded one'),
  databaseConnections: count(200).default(10).describe('Largest number of database connections of this process'),
  host: z.string().min(1).default('127.0.0.1').describe('Address the Web API listens on'),
  port: port.default(8080).describe('Port of the Web API; 0 takes a free one'),
  publicUrl: z.url().optional().describe('Address under which clients reach the service, for links'),
  adminToken: z
    .string()
    .min(16, 'must have at least 16 characters')
    .optional()
    .describe('Presets an administrator token, for automation'),
  secretKey: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hex digits (32 bytes); make one with: openssl rand -hex 32')
    .optional()
    .describe('Key that encrypts stored secrets; made in the data folder when absent'),
  logLevel: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('Least level that is logged'),
  holdCopies: flag
    .default(true)
    .describe(
      'Whether a database that was copied or moved fetches and sends nothing until an administrator releases it',
    ),
  concurrency: count(500).default(16).describe('Mailboxes worked on at the same time by this process'),
  leaseSeconds: count(3600).default(60).describe('How long a mailbox stays reserved for a worker without heartbeat'),
  watchedMailboxes: whole(0, 100_000)
    .default(2000)
    .describe(
      'Most mailboxes this process keeps a line open for, to hear of new mail at once; 0 asks by the clock alone',
    ),
  watchedLookSeconds: whole(0, 86_400)
    .default(900)
    .describe(
      'Least seconds between two looks by the clock at a mailbox with an open line on which nothing was heard; 0 looks as at any other',
    ),
  maxItemsPerTurn: count(100_000)
    .default(1000)
    .describe('Most messages one turn of a mailbox takes; one that is quick gets another share'),
  localSignIn: flag.default(true).describe('Whether users may sign in with a password kept here'),
  sessionHours: count(720).default(12).describe('How long a sign-in at the page lasts'),
  oidcIssuer: z
    .url()
    .optional()
    .describe(
      'Provider of OpenID Connect whose tokens are accepted, as in their "iss", without a slash that is not there',
    ),
  oidcAudience: list.optional().describe('Audiences ("aud") of tokens for the Web API, separated by commas'),
  oidcClientId: z
    .string()
    .min(1)
    .optional()
    .describe('Client id of this service at the provider, for sign-in at the page'),
  oidcClientSecret: z.string().min(1).optional().describe('Client secret of this service at the provider'),
  oidcName: z.string().min(1).max(60).default('OpenID Connect').describe('Name of the provider on the page'),
  oidcScopes: z.string().min(1).default('openid profile email').describe('Scopes asked for at the page'),
  oidcUserColumn: z
    .enum(['domainname', 'internalemailaddress', 'azureactivedirectoryobjectid'])
    .default('domainname')
    .describe('Column of the user that a token names'),
  oidcUserClaim: z
    .string()
    .min(1)
    .optional()
    .describe('Claim that names the user; preferred_username, email or oid when absent, by the column'),
  oidcClockSkewSeconds: whole(0, 600)
    .default(60)
    .describe('Difference of clocks that is forgiven when tokens are checked'),
  requestLimit: limit.default(150_000).describe('Requests of one user within 5 minutes, 0 for any number'),
  executionLimitSeconds: limit
    .default(1200)
    .describe('Seconds of execution of all requests of one user within 5 minutes, 0 for any'),
  concurrentLimit: limit.default(52).describe('Requests of one user at the same time, 0 for any number'),
  corsOrigins: list.optional().describe('Origins whose pages may call the Web API with a token, separated by commas'),
  trustedProxies: list
    .optional()
    .describe('Addresses of reverse proxies whose X-Forwarded headers are believed, separated by commas'),
  clientName: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe('Name given to SMTP servers in EHLO; the host name when absent'),
});

/** The settings in force. */
export type Config = z.infer<typeof configSchema>;

/** Settings whose value is never shown. */
export const secretSettings: ReadonlySet<keyof Config> = new Set<keyof Config>([
  'adminToken',
  'secretKey',
  'databaseUrl',
  'oidcClientSecret',
]);
