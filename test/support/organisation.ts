import { indexAddressesOfRows } from '../../src/store/address-index.ts';
import type { Database } from '../../src/store/database.ts';
import type { MailboxLease, Work } from '../../src/store/mailbox-leases.ts';
import type { RecordOf } from '../../src/tables/catalog.ts';
import { Approval, DeliveryMethod, FilterOption, ServerType } from '../../src/tables/choices.ts';

const id = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** Ids of the organisation that `seedOrganisation` makes. */
export const seeded = {
  organization: id(1),
  businessunit: id(2),
  /** The user the engine writes as. */
  system: id(3),
  profile: id(4),
  /** The role of every user; it has no row. */
  role: id(5),
  /** anna@ours.example, takes answers to tracked email. */
  anna: id(10),
  /** ben@ours.example, takes all messages. */
  ben: id(11),
  /** dora@ours.example, disabled. */
  dora: id(12),
  /** support@ours.example, owned by Anna, takes all messages. */
  support: id(20),
  /** sales@ours.example, owned by Ben, takes messages of customers. */
  sales: id(21),
  annasMailbox: id(30),
  bensMailbox: id(31),
  supportMailbox: id(32),
  salesMailbox: id(33),
  /** carla@customer.example, owned by Anna. */
  carla: id(40),
  /** carlo@customer.example, owned by Ben. */
  carlo: id(41),
  /** office@customer.example. */
  customer: id(50),
  /** lea@lead.example. */
  lea: id(60),
} as const;

/** Fills an empty database with one business unit, users, queues, their mailboxes on one POP3 profile, and a few customers. */
export async function seedOrganisation(database: Database): Promise<typeof seeded> {
  const { records } = database;
  await records.createMany('organization', [{ organizationid: seeded.organization, name: 'Ours' }]);
  await records.createMany('businessunit', [{ businessunitid: seeded.businessunit, name: 'Ours' }]);
  await records.createMany('systemuser', [
    user(seeded.system, 'SYSTEM', ''),
    user(seeded.anna, 'Anna', 'anna@ours.example'),
    user(seeded.ben, 'Ben', 'ben@ours.example'),
    { ...user(seeded.dora, 'Dora', 'dora@ours.example'), isdisabled: true },
  ]);
  await records.createMany(
    'systemuserroles',
    [seeded.system, seeded.anna, seeded.ben, seeded.dora].map((systemuserid) => ({
      systemuserid,
      roleid: seeded.role,
    })),
  );
  await records.createMany('usersettings', [
    { systemuserid: seeded.anna, incomingemailfilteringmethod: FilterOption.inResponse },
    { systemuserid: seeded.ben, incomingemailfilteringmethod: FilterOption.all },
    { systemuserid: seeded.dora, incomingemailfilteringmethod: FilterOption.all },
  ]);
  await records.createMany('emailserverprofile', [profileRow()]);
  await records.createMany('queue', [
    queue(seeded.support, 'Support', 'support@ours.example', seeded.anna, FilterOption.all),
    queue(seeded.sales, 'Sales', 'sales@ours.example', seeded.ben, FilterOption.fromPeople),
  ]);
  await records.createMany('mailbox', [
    mailbox(seeded.annasMailbox, 'Anna', 'anna@ours.example', 'systemuser', seeded.anna),
    mailbox(seeded.bensMailbox, 'Ben', 'ben@ours.example', 'systemuser', seeded.ben),
    mailbox(seeded.supportMailbox, 'Support', 'support@ours.example', 'queue', seeded.support),
    mailbox(seeded.salesMailbox, 'Sales', 'sales@ours.example', 'queue', seeded.sales),
  ]);
  await records.createMany('contact', [
    contact(seeded.carla, 'Carla Customer', 'carla@customer.example', seeded.anna),
    contact(seeded.carlo, 'Carlo Customer', 'carlo@customer.example', seeded.ben),
  ]);
  await records.createMany('account', [
    {
      accountid: seeded.customer,
      name: 'Customer',
      emailaddress1: 'office@customer.example',
      ownerid: owner(seeded.ben),
    },
  ]);
  await records.createMany('lead', [
    { leadid: seeded.lea, fullname: 'Lea Lead', emailaddress1: 'lea@lead.example', ownerid: owner(seeded.ben) },
  ]);
  await indexAddressesOfRows(database, 'systemuser', [seeded.anna, seeded.ben, seeded.dora]);
  await indexAddressesOfRows(database, 'queue', [seeded.support, seeded.sales]);
  await indexAddressesOfRows(database, 'contact', [seeded.carla, seeded.carlo]);
  await indexAddressesOfRows(database, 'account', [seeded.customer]);
  await indexAddressesOfRows(database, 'lead', [seeded.lea]);
  return seeded;
}

/** Gives a lease as the scheduler would; it does not expire. */
export async function grantLease(database: Database, mailboxid: string, work: Work, token = 1n): Promise<MailboxLease> {
  await database.sql(
    `insert into mr_mailboxlease (mailboxid, work, worker, leaseuntil, token) values ($1::uuid, $2, 'test', now() + interval '1 day', $3::bigint)
     on conflict (mailboxid, work) do update set worker = excluded.worker, leaseuntil = excluded.leaseuntil, token = excluded.token`,
    [mailboxid, work, token.toString()],
  );
  return { mailboxid, work, token, expiresOn: new Date(Date.now() + 86_400_000) };
}

const owner = (systemuserid: string) => ({ table: 'systemuser', id: systemuserid });

function user(systemuserid: string, name: string, address: string): RecordOf<'systemuser'> {
  return {
    systemuserid,
    firstname: name,
    lastname: 'Ours',
    fullname: `${name} Ours`,
    domainname: name,
    internalemailaddress: address || null,
    businessunitid: { table: 'businessunit', id: seeded.businessunit },
    isdisabled: false,
  };
}

function queue(
  queueid: string,
  name: string,
  emailaddress: string,
  ownerId: string,
  incomingemailfilteringmethod: number,
): RecordOf<'queue'> {
  return { queueid, name, emailaddress, ownerid: owner(ownerId), incomingemailfilteringmethod };
}

function contact(contactid: string, fullname: string, emailaddress1: string, ownerId: string): RecordOf<'contact'> {
  return { contactid, fullname, emailaddress1, ownerid: owner(ownerId) };
}

function mailbox(
  mailboxid: string,
  name: string,
  emailaddress: string,
  table: 'systemuser' | 'queue',
  regardingId: string,
): RecordOf<'mailbox'> {
  return {
    mailboxid,
    name,
    emailaddress,
    regardingobjectid: { table, id: regardingId },
    ownerid: owner(table === 'systemuser' ? regardingId : seeded.anna),
    emailserverprofile: { table: 'emailserverprofile', id: seeded.profile },
    incomingemaildeliverymethod: DeliveryMethod.serverSide,
    outgoingemaildeliverymethod: DeliveryMethod.serverSide,
    emailrouteraccessapproval: Approval.approved,
    enabledforincomingemail: true,
    enabledforoutgoingemail: true,
    processemailreceivedafter: new Date('2020-01-01T00:00:00Z'),
  };
}

function profileRow(): RecordOf<'emailserverprofile'> {
  return {
    emailserverprofileid: seeded.profile,
    name: 'POP3',
    servertype: ServerType.pop3Smtp,
    ownerid: owner(seeded.anna),
  };
}
