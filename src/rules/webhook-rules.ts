import { alignEventTriggers, canHaveEvents } from '../store/event-triggers.ts';
import { layoutOf } from '../store/table-layout.ts';
import { RecordState } from '../tables/choices.ts';
import { refuse } from './refuse.ts';
import type { TableRules } from './table-rules.ts';

const secretForm = /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/;

/** What a write to a webhook entails: an address that keeps what is sent private, a secret in the form of Standard Webhooks, and a clean slate when it is made active again. */
export const webhookRules: TableRules<'mr_webhook'> = {
  async beforeCreate(_context, values) {
    checkUrl(values.mr_url);
    if (!values.mr_secret) refuse('80040203', `mr_webhook.mr_secret is missing. ${secretHelp}`);
    checkSecret(values.mr_secret);
    return { ...values, mr_issecretset: true };
  },
  async beforeUpdate(_context, _id, _before, values) {
    if (values.mr_url !== undefined) checkUrl(values.mr_url);
    if (values.mr_secret !== undefined) checkSecret(values.mr_secret);
    return values.statecode === RecordState.active ? { ...values, mr_disabledreason: null } : values;
  },
};

/** What a write to a subscription entails: table and columns exist, and the table tells its events from then on. */
export const subscriptionRules: TableRules<'mr_subscription'> = {
  beforeCreate: async (_context, values) => {
    if (!values.mr_webhookid) refuse('80040203', 'mr_subscription.mr_webhookid is missing. Name the webhook to tell.');
    return { ...values, ...checked(values.mr_table, values.mr_columns) };
  },
  afterCreate: (context) => alignEventTriggers(context.scope.sql),
  beforeUpdate: async (_context, _id, before, values) => {
    if (values.mr_table === undefined && values.mr_columns === undefined) return values;
    const columns = values.mr_columns === undefined ? before.mr_columns : values.mr_columns;
    return { ...values, ...checked(values.mr_table ?? before.mr_table, columns) };
  },
  afterUpdate: (context) => alignEventTriggers(context.scope.sql),
  afterDelete: (context) => alignEventTriggers(context.scope.sql),
};

const secretHelp =
  'Give "whsec_" and at least 24 random bytes in base64 (Standard Webhooks), and the same to the receiver.';

function checkSecret(secret: string | null | undefined): void {
  if (!secret || !secretForm.test(secret)) refuse('80040203', `mr_webhook.mr_secret has another form. ${secretHelp}`);
}

/** HTTPS, or HTTP to this very machine; no user name or password in it. */
function checkUrl(text: string | null | undefined): void {
  const url = text && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) refuse('80040203', `mr_webhook.mr_url "${(text ?? '').slice(0, 100)}" is no URL.`);
  const isLocal = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLocal))
    refuse('80040203', 'mr_webhook.mr_url must begin with https:// (http:// to this machine only).');
  if (url.username !== '' || url.password !== '')
    refuse('80040203', 'mr_webhook.mr_url must not carry a user name or password. The signature proves who sends.');
}

function checked(
  table: string | null | undefined,
  columns: string | null | undefined,
): { readonly mr_table: string; readonly mr_columns: string | null } {
  const name = (table ?? '').trim();
  if (!canHaveEvents(name))
    refuse(
      '80040203',
      `mr_subscription.mr_table "${name}" is no table that tells events. Give a logical name such as email.`,
    );
  const list = (columns ?? '')
    .split(',')
    .map((column) => column.trim().toLowerCase())
    .filter((column) => column !== '');
  const unknown = list.find((column) => !layoutOf(name).columns.has(column));
  if (unknown !== undefined)
    refuse('80040203', `mr_subscription.mr_columns names "${unknown}", which ${name} has not.`);
  return { mr_table: name, mr_columns: list.length === 0 ? null : list.join(',') };
}
