import { silentLog } from '../../src/base/log.ts';
import type { Connector } from '../../src/contracts/connector.ts';
import type { MailSender, OutgoingMail, RecipientOutcome, SendReport } from '../../src/contracts/mail-sender.ts';
import type { RunTurn, TurnContext } from '../../src/pipelines/turn.ts';
import type { SchedulerOptions } from '../../src/scheduler/scheduler-options.ts';
import type { MailboxLease, MailboxLeases, Work } from '../../src/store/mailbox-leases.ts';
import { readOrganizationSettings } from '../../src/store/organization-settings.ts';
import { createMailboxLeases } from '../../src/store/sql-mailbox-leases.ts';
import type { RecordOf } from '../../src/tables/catalog.ts';
import { type HeldClock, heldClock } from './clock.ts';
import { openTestDatabase, type TestDatabase } from './database.ts';

/** A sender that does what the test says and remembers what it was given. */
export interface ScriptedSender extends MailSender {
  readonly sent: OutgoingMail[];
  /** What comes of the next sends; `accept` for all when it runs out. */
  script: ((mail: OutgoingMail, signal: AbortSignal) => Promise<SendReport> | SendReport)[];
  /** Used for every send when the script is empty. */
  otherwise: (mail: OutgoingMail, signal: AbortSignal) => Promise<SendReport> | SendReport;
}

/** A report with one outcome for all recipients. */
export function everyone(mail: OutgoingMail, outcome: RecipientOutcome['outcome'], reply: string): SendReport {
  return { recipients: mail.envelope.to.map((address) => ({ address, outcome, reply })), serverReply: reply };
}

/** Accepts everything. */
export const accept = (mail: OutgoingMail): SendReport => everyone(mail, 'accepted', '250 2.0.0 Ok: queued as 4711');

export function scriptedSender(): ScriptedSender {
  const sender: ScriptedSender = {
    sent: [],
    script: [],
    otherwise: accept,
    async send(mail, signal, ask) {
      await ask?.();
      sender.sent.push(mail);
      return (sender.script.shift() ?? sender.otherwise)(mail, signal);
    },
  };
  return sender;
}

/** A connector around a sender. */
export function connectorOf(sender: MailSender): Connector {
  return {
    sender,
    steps: [{ name: 'connect', ok: true, detail: 'Connected.' }],
    close: async () => {},
    abort: () => {},
  };
}

/** An organisation with a user, her mailbox and a contact, on a database of its own. */
export interface OutgoingScene {
  readonly store: TestDatabase;
  readonly clock: HeldClock;
  readonly leases: MailboxLeases;
  readonly sender: ScriptedSender;
  readonly mailboxid: string;
  readonly profileid: string;
  readonly userid: string;
  readonly contactid: string;
  readonly organizationid: string;
  /** A pending email of the user to `to` (the contact when absent); returns its id. */
  pendingEmail(values?: RecordOf<'email'>, to?: readonly string[]): Promise<string>;
  email(id: string): Promise<RecordOf<'email'>>;
  parties(id: string): Promise<readonly RecordOf<'activityparty'>[]>;
  alerts(regarding?: string): Promise<readonly RecordOf<'tracelog'>[]>;
  mailbox(): Promise<RecordOf<'mailbox'>>;
  /** Takes the lease (bringing the turn forward) and runs one turn. */
  turn(run: RunTurn, more?: Partial<TurnContext>): ReturnType<RunTurn>;
  lease(work: Work, worker?: string, leaseMs?: number): Promise<MailboxLease>;
  context(lease: MailboxLease, more?: Partial<TurnContext>): Promise<TurnContext>;
  schedulerOptions(more?: Partial<SchedulerOptions>): SchedulerOptions;
  close(): Promise<void>;
}

/** Builds the scene; the organisation's row can be given values. */
export async function outgoingScene(organization: RecordOf<'organization'> = {}): Promise<OutgoingScene> {
  const clock = heldClock();
  const store = await openTestDatabase({ clock });
  const { records } = store.database;
  const ids = await seed(store, organization);
  const leases = createMailboxLeases(store.database);
  const sender = scriptedSender();
  const read = async <T>(row: Promise<T | undefined>): Promise<T> => {
    const found = await row;
    if (found === undefined) throw new Error('The row is missing.');
    return found;
  };
  const scene: OutgoingScene = {
    store,
    clock,
    leases,
    sender,
    ...ids,
    pendingEmail: async (values = {}, to = ['ada@customer.example']) => {
      const id = await records.create('email', {
        subject: 'Quote',
        description: '<p>Hello</p>',
        directioncode: true,
        statecode: 1,
        statuscode: 6,
        ownerid: { table: 'systemuser', id: ids.userid },
        sendermailboxid: { table: 'mailbox', id: ids.mailboxid },
        from: [{ partyid: { table: 'systemuser', id: ids.userid } }],
        to: to.map((addressused) => ({ partyid: { table: 'contact', id: ids.contactid }, addressused })),
        ...values,
      });
      await clock.advance(1000);
      return id;
    },
    email: (id) => read(records.retrieve('email', id)),
    mailbox: () => read(records.retrieve('mailbox', ids.mailboxid)),
    parties: async (id) => {
      const page = await records.retrieveMultiple({
        table: 'activityparty',
        filter: {
          and: [
            { column: 'activityid', operator: 'eq', value: id },
            { column: 'participationtypemask', operator: 'in', value: [2, 3, 4] },
          ],
        },
      });
      return page.rows;
    },
    alerts: async (regarding) => {
      const page = await records.retrieveMultiple({
        table: 'tracelog',
        ...(regarding ? { filter: { column: 'regardingobjectid', operator: 'eq', value: regarding } as const } : {}),
      });
      return page.rows;
    },
    lease: async (work, worker = 'worker-1', leaseMs = 60_000) => {
      await leases.schedule(ids.mailboxid, work, clock.now());
      const [lease] = await leases.acquire(work, 1, worker, clock.now(), leaseMs);
      if (lease === undefined) throw new Error(`No lease for ${work} could be had.`);
      return lease;
    },
    context: async (lease, more = {}) => ({
      database: store.database,
      lease,
      mailbox: await scene.mailbox(),
      profile: (await records.retrieve('emailserverprofile', ids.profileid)) ?? {},
      settings: await readOrganizationSettings(records),
      systemUserId: ids.userid,
      connect: async () => connectorOf(sender),
      clock,
      log: silentLog,
      signal: new AbortController().signal,
      maxItems: 1000,
      ...more,
    }),
    turn: async (run, more) => {
      const lease = await scene.lease('outgoing');
      try {
        return await run(await scene.context(lease, more));
      } finally {
        await leases.release(lease, { nextDueOn: null });
      }
    },
    schedulerOptions: (more = {}) => ({
      database: store.database,
      leases,
      turns: { incoming: undefined, outgoing: undefined, act: undefined, test: undefined },
      connect: async () => connectorOf(sender),
      systemUserId: ids.userid,
      clock,
      log: silentLog,
      worker: 'worker-1',
      concurrency: 4,
      leaseMs: 60_000,
      maxItems: 1000,
      ...more,
    }),
    close: () => store.close(),
  };
  return scene;
}

async function seed(store: TestDatabase, organization: RecordOf<'organization'>) {
  const { records } = store.database;
  const organizationid = await records.create('organization', { name: 'Contoso', ...organization });
  const businessunitid = await records.create('businessunit', { name: 'Contoso' });
  const userid = await records.create('systemuser', {
    fullname: 'Grace Hopper',
    internalemailaddress: 'grace@contoso.example',
    businessunitid: { table: 'businessunit', id: businessunitid },
  });
  await records.create('usersettings', { systemuserid: userid });
  const contactid = await records.create('contact', {
    fullname: 'Ada Lovelace',
    emailaddress1: 'ada@customer.example',
  });
  const profileid = await records.create('emailserverprofile', {
    name: 'Contoso mail',
    servertype: 1,
    incomingserverlocation: 'mail.contoso.example',
    outgoingserverlocation: 'mail.contoso.example',
    ownerid: { table: 'systemuser', id: userid },
  });
  const mailboxid = await records.create('mailbox', {
    name: 'Grace Hopper',
    emailaddress: 'grace@contoso.example',
    regardingobjectid: { table: 'systemuser', id: userid },
    ownerid: { table: 'systemuser', id: userid },
    isforwardmailbox: false,
    emailserverprofile: { table: 'emailserverprofile', id: profileid },
    incomingemaildeliverymethod: 2,
    outgoingemaildeliverymethod: 2,
    actdeliverymethod: 2,
    emailrouteraccessapproval: 1,
    enabledforincomingemail: true,
    enabledforoutgoingemail: true,
    enabledforact: false,
  });
  return { organizationid, userid, contactid, profileid, mailboxid };
}
