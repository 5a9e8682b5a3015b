import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import {
  demoCustomers,
  demoExchangeUser,
  demoPassword,
  demoQueue,
  demoUsers,
} from '../../../testbed/demo/demo-people.ts';
import { type DemoServers, startDemoServers } from '../../../testbed/demo/demo-servers.ts';
import { systemClock } from '../../base/clock.ts';
import { createLog } from '../../base/log.ts';
import { createRuledStore } from '../../rules/ruled-store.ts';
import type { Filter } from '../../store/record-store.ts';
import { CredentialRetrieval, ServerType } from '../../tables/choices.ts';
import { configSchema } from '../config-schema.ts';
import { createEngine, type Engine, type Started } from '../engine.ts';
import { makeLoopbackProfile } from '../loopback-profile.ts';
import { shownDate } from './output.ts';
import { signInLink } from './sign-in-link.ts';
import { untilSignal } from './until-signal.ts';
import { wholeNumber } from './whole-number.ts';

/** Pause between two sample messages, milliseconds. */
const arrivalEveryMs = 3_000;

/** A timer holds no more than 2^31 milliseconds; this is a good three weeks. */
const longestRunSeconds = 2_000_000;

/** `mailroom demo`: a whole Mailroom with a sample organisation and mail servers of its own, in a temporary folder. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('a sample organisation with its own mail servers, in a temporary folder')
    .option('--port <port>', 'port of the Web API; 0 takes a free one', wholeNumber(0, 65_535), 8080)
    .option('--keep', 'keep the data folder at the end')
    .option('--exit-after <seconds>', 'end by itself, for automation', wholeNumber(1, longestRunSeconds))
    .action(async (options: { port: number; keep?: boolean; exitAfter?: number }) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'mailroom-demo-'));
      const say = (sentence: string): void => void process.stdout.write(`${shownDate(new Date())}  ${sentence}\n`);
      const stopping = untilSignal(options.exitAfter ? options.exitAfter * 1000 : undefined);
      // The database server of a service that runs as root runs as another user, who must be able to enter.
      chmodSync(folder, 0o755);
      try {
        await runDemo(folder, options.port, stopping, say);
      } finally {
        if (options.keep) say(`The data is in ${folder}.`);
        else rmSync(folder, { recursive: true, force: true });
      }
    });
}

async function runDemo(
  folder: string,
  port: number,
  stopping: Promise<void>,
  say: (sentence: string) => void,
): Promise<void> {
  const config = configSchema.parse({ dataDir: folder, port, logLevel: 'warn', leaseSeconds: 30 });
  const servers = await startDemoServers(say);
  try {
    say('Starting the database and the service in a temporary folder ...');
    const engine = await createEngine({
      config,
      clock: systemClock,
      log: createLog(config.logLevel),
      roles: ['web', 'worker'],
    });
    try {
      const started = await engine.start();
      await seed(engine, servers);
      await untilEnabled(engine, stopping);
      process.stdout.write(welcome(started, servers));
      await play(engine, servers, stopping, say);
    } finally {
      await engine.stop();
    }
  } finally {
    await servers.stop();
  }
}

/** Sample messages arrive one by one; then the demo goes on until it is ended. */
async function play(
  engine: Engine,
  servers: DemoServers,
  stopping: Promise<void>,
  say: (sentence: string) => void,
): Promise<void> {
  let ended = false;
  void stopping.then(() => {
    ended = true;
  });
  let shown = 0;
  for (let tick = 0; !ended; tick += 1) {
    if (tick % 3 === 0) await servers.deliverNext();
    shown = await tellNewEmails(engine, shown, say);
    await Promise.race([stopping, systemClock.sleep(arrivalEveryMs / 3)]);
  }
}

/** A mailbox takes mail from the moment it is enabled (IN-06); the first sample waits for that. */
async function untilEnabled(engine: Engine, stopping: Promise<void>): Promise<void> {
  let ended = false;
  void stopping.then(() => {
    ended = true;
  });
  const filter: Filter = {
    and: [
      { column: 'emailaddress', operator: 'notNull' },
      { column: 'enabledforincomingemail', operator: 'eq', value: false },
    ],
  };
  while (!ended && (await engine.database.records.count('mailbox', filter)) > 0) await systemClock.sleep(200);
}

async function tellNewEmails(engine: Engine, shown: number, say: (sentence: string) => void): Promise<number> {
  const page = await engine.database.records.retrieveMultiple({
    table: 'email',
    columns: ['subject', 'directioncode', 'sender', 'correlationmethod', 'activityid'],
    filter: { column: 'directioncode', operator: 'eq', value: false },
    orderBy: [{ column: 'createdon' }],
  });
  for (const row of page.rows.slice(shown)) {
    const linked = (row.correlationmethod ?? 0) > 1 ? ' (an answer, linked to what it answers)' : '';
    say(`-> email record ${row.activityid}: "${row.subject}" from ${row.sender}${linked}`);
  }
  return page.rows.length;
}

async function seed(engine: Engine, servers: DemoServers): Promise<void> {
  const store = createRuledStore({
    database: engine.database,
    caller: { systemuserid: engine.organization.administratorId, isAdministrator: true },
    clock: systemClock,
    onMailboxesTouched: () => engine.wake(),
  });
  const profile = await makeLoopbackProfile(store, engine.organization.organizationid, {
    name: 'Sandbox POP3 and SMTP',
    incoming: { protocol: 'pop3', port: servers.pop3Port },
    smtpPort: servers.smtpPort,
    signsInToSend: true,
    intervalSeconds: 2,
  });
  const exchange = await store.create('emailserverprofile', {
    name: 'Simulated Exchange',
    servertype: ServerType.exchangeServer,
    incomingserverlocation: servers.ewsUrl,
    incomingusessl: false,
    incomingcredentialretrieval: CredentialRetrieval.userOrQueue,
    usesamesettingsforoutgoingconnections: true,
  });
  for (const user of [...demoUsers, demoExchangeUser]) {
    const id = await store.create('systemuser', {
      firstname: user.firstName,
      lastname: user.lastName,
      internalemailaddress: user.address,
      domainname: user.address,
    });
    await store.update('usersettings', id, { incomingemailfilteringmethod: 2 });
  }
  await store.create('queue', {
    name: demoQueue.name,
    emailaddress: demoQueue.address,
    incomingemailfilteringmethod: 0,
  });
  for (const customer of demoCustomers) {
    const accountid = await store.create('account', { name: customer.account });
    await store.create('contact', {
      firstname: customer.firstName,
      lastname: customer.lastName,
      emailaddress1: customer.address,
      parentcustomerid: { table: 'account', id: accountid },
    });
  }
  const mailboxes = await store.retrieveMultiple({
    table: 'mailbox',
    columns: ['mailboxid', 'emailaddress'],
    filter: { column: 'emailaddress', operator: 'notNull' },
  });
  for (const row of mailboxes.rows) {
    await store.update('mailbox', row.mailboxid ?? '', {
      emailserverprofile: {
        table: 'emailserverprofile',
        id: row.emailaddress === demoExchangeUser.address ? exchange : profile,
      },
      allowemailconnectortousecredentials: true,
      username: row.emailaddress ?? '',
      password: demoPassword,
    });
    await store.update('mailbox', row.mailboxid ?? '', {
      emailrouteraccessapproval: 1,
      testemailconfigurationscheduled: true,
    });
  }
  engine.wake();
}

function welcome({ url, administratorToken: token, oneTimeSignIn }: Started, servers: DemoServers): string {
  const api = `${url}/api/data/v9.2`;
  return `
Mailroom demo
  Page             ${signInLink(url, oneTimeSignIn)}   (signs you in as the administrator, once)
  Web API          ${api}
  Token            ${token}
  POP3 sandbox     127.0.0.1:${servers.pop3Port}   SMTP sandbox 127.0.0.1:${servers.smtpPort}
  Exchange         ${servers.ewsUrl} (simulated; mailbox ${demoExchangeUser.address}, password ${demoPassword})
  Mailboxes        ${[...demoUsers.map((user) => user.address), demoQueue.address].join(', ')} (password ${demoPassword})

What to try
  export T='Authorization: Bearer ${token}'
  curl -s -H "$T" '${api}/emails?$select=subject,sender,statuscode&$orderby=createdon%20desc'
  curl -s -H "$T" '${api}/mr_maildecisions?$select=mr_subject,mr_reason'
  Answer the newest mail of Mei Tanaka as Support, and see her answer come back linked:
  curl -s -H "$T" '${api}/queues?$select=name'        # the queue's id
  curl -s -H "$T" '${api}/contacts?$select=fullname'  # the contact's id
  curl -s -H "$T" -H 'Content-Type: application/json' -H 'Prefer: return=representation' '${api}/emails' -d '{"subject":"Your pallet","description":"<p>A new one is on its way.</p>","email_activity_parties":[{"partyid_queue@odata.bind":"/queues(QUEUE)","participationtypemask":1},{"partyid_contact@odata.bind":"/contacts(CONTACT)","participationtypemask":2}]}'
  curl -s -H "$T" -H 'Content-Type: application/json' -X POST '${api}/emails(EMAIL)/Microsoft.Dynamics.CRM.SendEmail' -d '{"IssueSend":true}'

Sample mail arrives now. End with Ctrl+C.

`;
}
