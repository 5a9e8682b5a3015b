import { randomUUID } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { seedRoles } from '../rules/seed-roles.ts';
import { seedFilterTemplates } from '../rules/synchronization-filters.ts';
import { alignAuditTriggers } from '../store/audit-triggers.ts';
import type { Database, StoreScope } from '../store/database.ts';
import type { RecordStore } from '../store/record-store.ts';
import { ActDeliveryMethod, Approval, DeliveryMethod } from '../tables/choices.ts';
import { seedFieldMaps } from './seed-field-maps.ts';

/** The organisation's fixed ids, known to every part of the engine. */
export interface Organization {
  readonly organizationid: string;
  readonly name: string;
  /** The user the engine writes as (AR-10). */
  readonly systemUserId: string;
  /** The administrator that the first start made. */
  readonly administratorId: string;
  /** True when this start made it all. */
  readonly isNew: boolean;
}

/** Makes organisation, root business unit, the SYSTEM user and a first administrator when the database has none; safe to repeat and to race. */
export async function bootstrap(database: Database, clock: Clock): Promise<Organization> {
  return database.transaction(async (scope) => {
    await scope.sql('lock table mr_serviceinfo in exclusive mode');
    const rows = await scope.sql<{ value: string }>("select value from mr_serviceinfo where key = 'organization'");
    const known = rows[0]?.value;
    if (known !== undefined) {
      const organization: Organization = { ...(JSON.parse(known) as Organization), isNew: false };
      await seed(scope, organization);
      return organization;
    }
    const made = {
      organizationid: randomUUID(),
      name: 'Mailroom',
      systemUserId: randomUUID(),
      administratorId: randomUUID(),
      isNew: true,
    };
    const businessunitid = randomUUID();
    const records = scope.records.as(made.systemUserId);
    await records.create('organization', {
      organizationid: made.organizationid,
      name: made.name,
      requireapprovalforuseremail: true,
      requireapprovalforqueueemail: true,
      resolvesimilarunresolvedemailaddress: true,
      isfolderbasedtrackingenabled: true,
      hashmaxcount: 20,
      hashminaddresscount: 2,
      hashdeltasubjectcount: 0,
      // The order in which names are written where nobody chose another.
      fullnameconventioncode: 5,
      trackingprefix: 'CRM:',
      trackingtokenidbase: 0,
      trackingtokeniddigits: 3,
      mr_defaultincomingdeliverymethod: DeliveryMethod.serverSide,
      mr_defaultoutgoingdeliverymethod: DeliveryMethod.serverSide,
      mr_defaultactdeliverymethod: ActDeliveryMethod.none,
      createdon: clock.now(),
    });
    await records.create('businessunit', {
      businessunitid,
      name: made.name,
      organizationid: { table: 'organization', id: made.organizationid },
    });
    await createUser(records, made.systemUserId, businessunitid, 'SYSTEM', '', 'SYSTEM');
    await createUser(records, made.administratorId, businessunitid, 'Mailroom', 'Administrator', 'administrator');
    await createAdministratorsMailbox(records, made);
    await scope.sql("insert into mr_serviceinfo (key, value) values ('organization', $1)", [JSON.stringify(made)]);
    await seed(scope, made);
    return made;
  });
}

/** Synchronisation's filters and field maps, privileges and default roles; SYSTEM and the first administrator are System Administrators; changes are audited from then on. */
async function seed(scope: StoreScope, organization: Organization): Promise<void> {
  const records = scope.records.as(organization.systemUserId);
  await seedFilterTemplates(records, organization.organizationid);
  await seedFieldMaps(records, organization.organizationid);
  const root = await scope.records.retrieveMultiple({
    table: 'businessunit',
    columns: ['businessunitid'],
    filter: { column: 'parentbusinessunitid', operator: 'null' },
    orderBy: [{ column: 'createdon' }],
    limit: 1,
  });
  await seedRoles(scope, {
    organizationid: organization.organizationid,
    businessunitid: root.rows[0]?.businessunitid ?? '',
    administrators: [organization.systemUserId, organization.administratorId],
  });
  await alignAuditTriggers(scope.sql);
}

async function createUser(
  records: Database['records'],
  id: string,
  businessunitid: string,
  firstname: string,
  lastname: string,
  domainname: string,
): Promise<void> {
  await records.create('systemuser', {
    systemuserid: id,
    businessunitid: { table: 'businessunit', id: businessunitid },
    firstname,
    lastname,
    fullname: [firstname, lastname].filter(Boolean).join(' '),
    domainname,
    isdisabled: false,
    islicensed: true,
  });
  await records.create('usersettings', { systemuserid: id, businessunitid });
}

/** AR-03 holds for the first administrator as well; the mailbox is off until it has an address. */
async function createAdministratorsMailbox(records: RecordStore, made: Organization): Promise<void> {
  const user = { table: 'systemuser', id: made.administratorId };
  const mailboxid = await records.create('mailbox', {
    name: 'Mailroom Administrator',
    regardingobjectid: user,
    ownerid: user,
    organizationid: { table: 'organization', id: made.organizationid },
    isforwardmailbox: false,
    incomingemaildeliverymethod: DeliveryMethod.none,
    outgoingemaildeliverymethod: DeliveryMethod.none,
    actdeliverymethod: ActDeliveryMethod.none,
    emailrouteraccessapproval: Approval.empty,
    enabledforincomingemail: false,
    enabledforoutgoingemail: false,
    enabledforact: false,
  });
  await records.update('systemuser', made.administratorId, { defaultmailbox: { table: 'mailbox', id: mailboxid } });
}
