import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { openExchange } from '../../src/connectors/exchange/open-exchange.ts';
import { StreamGroups } from '../../src/connectors/exchange/stream-groups.ts';
import { createMailboxWatcher, type MailboxWatcher } from '../../src/scheduler/mailbox-watcher.ts';
import { createMailboxWatches, type MailboxWatches } from '../../src/store/mailbox-watches.ts';
import { createMailboxLeases } from '../../src/store/sql-mailbox-leases.ts';
import { ServerType } from '../../src/tables/choices.ts';
import { type ExchangeSimulator, startExchange } from '../../testbed/exchange/start-exchange.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { seeded, seedOrganisation } from '../support/organisation.ts';

const password = 'secret-of-the-tests';
const claimMs = 400;

describe('lines of watched mailboxes', { timeout: 240_000 }, () => {
  let opened: TestDatabase;
  let server: ExchangeSimulator;
  let watches: MailboxWatches;
  let watcher: MailboxWatcher;
  before(async () => {
    opened = await openTestDatabase();
    const { database } = opened;
    await seedOrganisation(database);
    await database.sql('update emailserverprofile set servertype = $1', [ServerType.exchangeServer]);
    await database.sql(
      'update mailbox set incomingemaildeliverymethod = 2, enabledforincomingemail = true, statecode = 0, emailrouteraccessapproval = 1',
    );
    const rows = await database.sql<{ emailaddress: string }>(
      'select emailaddress from mailbox where emailaddress is not null',
    );
    server = await startExchange({ mailboxes: rows.map(({ emailaddress: address }) => ({ address, password })) });
    watches = createMailboxWatches((text, values) => database.sql(text, values), [ServerType.exchangeServer]);
    const groups = new StreamGroups(systemClock);
    watcher = createMailboxWatcher({
      database,
      leases: createMailboxLeases(database),
      connect: (mailbox, _profile, _direction, signal) =>
        openExchange(
          {
            host: '127.0.0.1',
            port: server.port,
            security: 'none',
            signIn: { kind: 'password', username: mailbox.emailaddress ?? '', password },
            timeoutMs: 10_000,
            maxMessageBytes: 1_000_000,
            ewsUrl: server.ewsUrl,
            mailboxAddress: mailbox.emailaddress ?? '',
            impersonates: false,
            passwordScheme: 'basic',
            savesSentCopy: true,
          },
          signal,
          { groups, checks: false },
        ),
      clock: systemClock,
      log: silentLog,
      worker: 'a',
      watches,
      most: 10,
      claimMs,
      wake: () => undefined,
    });
  });
  after(async () => {
    await watcher.stop();
    await server.stop();
    await opened.close();
  });

  const set = (id: string, isOn: boolean) =>
    opened.database.sql('update mailbox set enabledforincomingemail = $2 where mailboxid = $1::uuid', [id, isOn]);
  const heard = () => server.subscriptions.subscriptions.filter(({ onEvent }) => onEvent !== undefined);
  const shown = async () => (await watches.shown(new Date())).filter(({ listening }) => listening).length;
  const due = async () =>
    (await opened.database.sql("select 1 from mr_mailboxlease where work = 'incoming' and dueon is not null")).length;

  it('SC-01: a mailbox counts as listened to, and is looked at, once its line is open, and not while that is under way', async () => {
    let open = (): void => undefined;
    const blocked = new Promise<void>((resolve) => {
      open = resolve;
    });
    server.faults.add({ operation: 'Subscribe', does: 'slow', times: 0, until: blocked });
    watcher.start();
    await until('all are asked for', () => claimed());
    assert.equal(await shown(), 0);
    assert.equal(await due(), 0);
    open();
    server.faults.clear();
    await until(
      'all are listened to',
      async () => heard().length === 4 && (await shown()) === 4 && (await due()) === 4,
    );
  });

  it('lines follow what is to be listened to: given up, taken up again, and opened anew for a folder more', async () => {
    await set(seeded.bensMailbox, false);
    await until('three are left', () => heard().length === 3);
    await set(seeded.bensMailbox, true);
    await until('four again', () => heard().length === 4);
    const folder = server.makeFolder('anna@ours.example', 'inbox', 'Project');
    await opened.database.sql(
      "insert into mr_cursor (mailboxid, work, name, value) values ($1::uuid, 'tracking', $2, 'd x')",
      [seeded.annasMailbox, `folder:${folder}`],
    );
    await until('the folder is listened to', () => heard().some(({ wish }) => wish.folderIds?.has(folder)));
    await until('still four', () => heard().length === 4);
  });

  const claimed = async () => (await watches.shown(new Date())).length === 4;
});

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 100_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`Waited in vain: ${what}.`);
    await systemClock.sleep(20);
  }
}
