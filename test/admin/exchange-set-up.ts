import { systemClock } from '../../src/base/clock.ts';
import { createRuledStore, type RuledStore } from '../../src/rules/ruled-store.ts';
import { ActDeliveryMethod, CredentialRetrieval, FilterOption, ServerType } from '../../src/tables/choices.ts';
import { demoExchangeUser, demoPassword } from '../../testbed/demo/demo-people.ts';
import type { PageScene } from './page-scene.ts';

/** The Exchange user of the demo, set up and enabled for mail, appointments, contacts and tasks. */
export interface ExchangeUser {
  /** Writes as the administrator. */
  readonly store: RuledStore;
  readonly userId: string;
  readonly mailboxId: string;
}

/**
 * Sets the demo's Exchange user up and waits until everything is enabled. The first turn comes at once then: what it shall find, so that it
 * asks from when on (FI-09), is made in `prepare`.
 */
export async function setUpExchangeUser(
  scene: PageScene,
  prepare: (store: RuledStore, userId: string) => Promise<void> = async () => undefined,
): Promise<ExchangeUser> {
  const { database, organization } = scene.engine;
  const store = createRuledStore({
    database,
    clock: systemClock,
    caller: { systemuserid: organization.administratorId, isAdministrator: true },
    onMailboxesTouched: () => scene.engine.wake(),
  });
  await store.update('organization', organization.organizationid, {
    mr_mailpollingintervalseconds: 1,
    mr_allownonsslemail: true,
    mr_allowbasicauthenticationonnonsecurechannel: true,
  });
  const profile = await store.create('emailserverprofile', {
    name: 'Simulated Exchange',
    servertype: ServerType.exchangeServer,
    incomingserverlocation: scene.servers.ewsUrl,
    incomingusessl: false,
    incomingcredentialretrieval: CredentialRetrieval.userOrQueue,
    usesamesettingsforoutgoingconnections: true,
  });
  const { firstName, lastName, address } = demoExchangeUser;
  const userId = await store.create('systemuser', {
    firstname: firstName,
    lastname: lastName,
    internalemailaddress: address,
    domainname: address,
  });
  await store.update('usersettings', userId, { incomingemailfilteringmethod: FilterOption.inResponse });
  const { rows } = await store.retrieveMultiple({
    table: 'mailbox',
    columns: ['mailboxid'],
    filter: { column: 'regardingobjectid', operator: 'eq', value: userId },
  });
  const mailboxId = rows[0]?.mailboxid ?? '';
  await store.update('mailbox', mailboxId, {
    emailserverprofile: { table: 'emailserverprofile', id: profile },
    allowemailconnectortousecredentials: true,
    username: address,
    password: demoPassword,
    actdeliverymethod: ActDeliveryMethod.serverSide,
  });
  await prepare(store, userId);
  await store.update('mailbox', mailboxId, { emailrouteraccessapproval: 1, testemailconfigurationscheduled: true });
  scene.engine.wake();
  await until('the mailbox is enabled', async () => {
    const row = await store.retrieve('mailbox', mailboxId);
    return row?.enabledforincomingemail === true && row.enabledforact === true;
  });
  return { store, userId, mailboxId };
}

/** Looks until it holds; throws after a minute, naming what was waited for. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Not seen within a minute: ${what}`);
    await systemClock.sleep(50);
  }
}

/** Does something while no turn of a mailbox's appointments, contacts and tasks runs or can begin, so that the next one finds all of it. */
export async function betweenTurns(scene: PageScene, mailboxId: string, work: () => Promise<void>): Promise<void> {
  await until('no turn runs', () =>
    scene.engine.database.transaction(async ({ sql }) => {
      const [free] = await sql(
        "select 1 from mr_mailboxlease where mailboxid = $1::uuid and work = 'act' and worker is null for update skip locked",
        [mailboxId],
      );
      if (free === undefined) return false;
      await work();
      return true;
    }),
  );
}
