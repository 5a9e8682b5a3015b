import type { Clock } from '../../../src/base/clock.ts';
import { silentLog } from '../../../src/base/log.ts';
import { runIncomingTurn } from '../../../src/pipelines/incoming/pipeline.ts';
import type { TurnContext, TurnOutcome } from '../../../src/pipelines/turn.ts';
import type { Database } from '../../../src/store/database.ts';
import { type OrganizationSettings, organizationSettings } from '../../../src/store/organization-settings.ts';
import type { RecordOf } from '../../../src/tables/catalog.ts';
import { heldClock } from '../../support/clock.ts';
import { openTestDatabase } from '../../support/database.ts';
import { grantLease, seeded, seedOrganisation } from '../../support/organisation.ts';
import type { ScriptedServer } from './scripted-server.ts';

/** Fields of a test message; what is left out takes a plain value. */
export interface MailFields {
  readonly id?: string;
  readonly from?: string;
  readonly to?: string;
  readonly cc?: string;
  readonly subject?: string;
  readonly date?: Date;
  readonly inReplyTo?: string;
  readonly references?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** When test messages were sent unless they say otherwise. */
export const sentOn = new Date('2026-01-02T09:00:00Z');

/** A message as it lies on a server. */
export function rawMail(fields: MailFields = {}): Buffer {
  const lines = [
    `From: ${fields.from ?? 'Carla Customer <carla@customer.example>'}`,
    `To: ${fields.to ?? 'support@ours.example'}`,
    ...(fields.cc ? [`Cc: ${fields.cc}`] : []),
    `Subject: ${fields.subject ?? 'A question'}`,
    `Date: ${(fields.date ?? sentOn).toUTCString().replace('GMT', '+0000')}`,
    ...(fields.id === '' ? [] : [`Message-ID: <${fields.id ?? 'one@customer.example'}>`]),
    ...(fields.inReplyTo ? [`In-Reply-To: <${fields.inReplyTo}>`] : []),
    ...(fields.references ? [`References: ${fields.references}`] : []),
    ...Object.entries({ 'Content-Type': 'text/plain; charset=utf-8', ...fields.headers }).map(
      ([name, value]) => `${name}: ${value}`,
    ),
    '',
    fields.body ?? 'Hello.',
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}

/** A seeded database and turns on it. */
export interface IncomingHouse {
  readonly database: Database;
  readonly clock: ReturnType<typeof heldClock>;
  /** Runs one turn of a mailbox against a server. */
  turn(server: Pick<ScriptedServer, 'connect'>, options?: TurnOptions): Promise<TurnOutcome>;
  emails(): Promise<readonly RecordOf<'email'>[]>;
  decisions(): Promise<readonly RecordOf<'mr_maildecision'>[]>;
  quarantined(): Promise<readonly RecordOf<'mr_quarantine'>[]>;
  queueItems(): Promise<readonly RecordOf<'queueitem'>[]>;
  parties(emailId: string): Promise<readonly RecordOf<'activityparty'>[]>;
  close(): Promise<void>;
}

export interface TurnOptions {
  readonly mailboxid?: string;
  readonly settings?: Partial<OrganizationSettings>;
  readonly maxItems?: number;
  /** True where a turn is to take share after share of `maxItems`; otherwise one share takes it long. */
  readonly isQuick?: boolean;
  readonly database?: Database;
  readonly signal?: AbortSignal;
}

/** Settings with some of them changed, switches among them. */
export function settingsWith(row: RecordOf<'organization'> = {}): OrganizationSettings {
  return organizationSettings({ organizationid: seeded.organization, name: 'Ours', ...row });
}

/** A clock on which everything takes six seconds more than the first look at it. */
function slowly(clock: Clock): Clock {
  const startedOn = clock.now();
  let looks = 0;
  return {
    ...clock,
    now: () => (looks++ === 0 ? startedOn : new Date(clock.now().getTime() + 6000)),
  };
}

/** Opens a database of this test alone with the sample organisation, at noon of 2026-01-02. */
export async function openHouse(): Promise<IncomingHouse> {
  const clock = heldClock(new Date('2026-01-02T12:00:00Z'));
  const test = await openTestDatabase({ clock });
  const { database } = test;
  await seedOrganisation(database);
  return {
    database,
    clock,
    turn: async (server, options = {}) => {
      const mailboxid = options.mailboxid ?? seeded.supportMailbox;
      const context: TurnContext = {
        database: options.database ?? database,
        lease: await grantLease(database, mailboxid, 'incoming'),
        mailbox: (await database.records.retrieve('mailbox', mailboxid)) ?? {},
        profile: (await database.records.retrieve('emailserverprofile', seeded.profile)) ?? {},
        settings: { ...settingsWith(), ...options.settings },
        systemUserId: seeded.system,
        connect: () => server.connect(),
        clock: options.maxItems === undefined || options.isQuick ? clock : slowly(clock),
        log: silentLog,
        signal: options.signal ?? new AbortController().signal,
        maxItems: options.maxItems ?? 1000,
      };
      return runIncomingTurn(context);
    },
    emails: async () => {
      const columns = [
        'subject',
        'messageid',
        'description',
        'ownerid',
        'regardingobjectid',
        'correlatedactivityid',
        'parentactivityid',
        'correlationmethod',
        'statecode',
        'statuscode',
        'directioncode',
        'acceptingentityid',
        'receivingmailboxid',
        'emailsender',
        'attachmentcount',
        'notifications',
        'mr_identity',
        'mr_rawblob',
        'torecipients',
        'sender',
        'conversationtrackingid',
        'createdby',
        'actualend',
        'correlatedsubjectchanged',
        'isduplicatesenderunresolved',
      ] as const;
      const orderBy = [{ column: 'messageid' }];
      return (await database.records.retrieveMultiple({ table: 'email', columns, orderBy })).rows;
    },
    decisions: async () =>
      (await database.records.retrieveMultiple({ table: 'mr_maildecision', orderBy: [{ column: 'mr_serverid' }] }))
        .rows,
    quarantined: async () => (await database.records.retrieveMultiple({ table: 'mr_quarantine' })).rows,
    queueItems: async () => (await database.records.retrieveMultiple({ table: 'queueitem' })).rows,
    parties: async (emailId) => {
      const filter = { column: 'activityid', operator: 'eq', value: emailId } as const;
      return (await database.records.retrieveMultiple({ table: 'activityparty', filter })).rows;
    },
    close: () => test.close(),
  };
}
