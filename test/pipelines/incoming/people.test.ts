import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { indexAddresses } from '../../../src/store/address-index.ts';
import { MailVerdict, PartyMask } from '../../../src/tables/choices.ts';
import { seeded } from '../../support/organisation.ts';
import { type IncomingHouse, openHouse, rawMail, settingsWith } from './incoming-fixtures.ts';
import { scriptedServer } from './scripted-server.ts';

describe('who mail is from, to and whose', () => {
  let house: IncomingHouse;
  beforeEach(async () => {
    house = await openHouse();
  });
  afterEach(() => house.close());

  let received = 0;
  const receive = async (raw: Buffer, options: Parameters<IncomingHouse['turn']>[1] = {}) => {
    const outcome = await house.turn(scriptedServer([{ serverId: `s${++received}`, raw }]), options);
    assert.equal(outcome.error, undefined, outcome.error?.message);
    return outcome;
  };
  const byId = async (messageid: string) => (await house.emails()).find((email) => email.messageid === messageid);
  const anna = (values: { isdisabled?: boolean; islicensed?: boolean }) =>
    house.database.records.update('systemuser', seeded.anna, values);

  test('OW-05: mail of a queue whose owner cannot own it is held back with the code, and goes on once that is mended', async () => {
    await anna({ islicensed: false });
    const server = scriptedServer([{ serverId: 'a', raw: rawMail() }]);
    const outcome = await house.turn(server);
    assert.deepEqual([outcome.itemsFailed, (await house.emails()).length], [1, 0]);
    const [decision] = await house.decisions();
    assert.deepEqual([decision?.mr_verdict, decision?.mr_reasoncode], [MailVerdict.quarantined, '8004D24B']);
    assert.match(decision?.mr_reason ?? '', /Anna Ours.*queue "Support".*licence/);
    const codeAfter = async (minutes: number) => {
      await house.clock.advance(minutes * 60_000);
      await house.turn(server);
      return (await house.decisions())[0]?.mr_reasoncode;
    };
    await anna({ islicensed: true, isdisabled: true });
    assert.equal(await codeAfter(60), '80040520');
    await anna({ isdisabled: false });
    await house.database.sql('delete from systemuserroles where systemuserid = $1::uuid', [seeded.anna]);
    assert.equal(await codeAfter(60), '8004D24B', 'no role either');
    await house.database.records.createMany('systemuserroles', [{ systemuserid: seeded.anna, roleid: seeded.role }]);
    assert.equal(await codeAfter(60), 'Accepted');
    assert.equal((await house.emails())[0]?.ownerid?.id, seeded.anna);
  });

  test('OW-05: a queue owned by a team needs a team with a role; a member has the role through the team', async () => {
    const { records } = house.database;
    const team = await records.create('team', { name: 'Night shift' });
    await records.update('queue', seeded.support, { ownerid: { table: 'team', id: team } });
    await receive(rawMail());
    assert.equal((await house.decisions())[0]?.mr_reasoncode, '80042F0A');
    await records.createMany('teamroles', [{ teamid: team, roleid: seeded.role }]);
    await receive(rawMail({ id: 'two@customer.example' }));
    assert.equal((await byId('two@customer.example'))?.ownerid?.id, team);
    await house.database.sql('delete from systemuserroles where systemuserid = $1::uuid', [seeded.ben]);
    await receive(rawMail({ id: 'three@customer.example', to: 'ben@ours.example' }), {
      mailboxid: seeded.bensMailbox,
    });
    assert.equal(await byId('three@customer.example'), undefined, 'Ben has no role');
    await records.createMany('teammembership', [{ teamid: team, systemuserid: seeded.ben }]);
    await receive(rawMail({ id: 'four@customer.example', to: 'ben@ours.example' }), { mailboxid: seeded.bensMailbox });
    assert.equal((await byId('four@customer.example'))?.ownerid?.id, seeded.ben);
  });

  test('QU-03: with the switch an email comes into the default queue of its owner as well', async () => {
    const own = await house.database.records.create('queue', {
      name: "Ben's own",
      ownerid: { table: 'systemuser', id: seeded.ben },
    });
    await house.database.records.update('systemuser', seeded.ben, { queueid: { table: 'queue', id: own } });
    const settings = settingsWith({
      orgdborgsettings: '<OrgSettings><mr_RouteToOwnersQueue>true</mr_RouteToOwnersQueue></OrgSettings>',
    });
    await receive(rawMail({ to: 'ben@ours.example' }), { mailboxid: seeded.bensMailbox, settings });
    await receive(rawMail({ id: 'two@x.example', to: 'sales@ours.example' }), {
      mailboxid: seeded.salesMailbox,
      settings,
    });
    const items = await house.queueItems();
    const queuesOf = async (id: string) => {
      const email = await byId(id);
      return items.filter((item) => item.objectid?.id === email?.activityid).map((item) => item.queueid?.id);
    };
    assert.deepEqual(await queuesOf('one@customer.example'), [own]);
    assert.deepEqual((await queuesOf('two@x.example')).sort(), [own, seeded.sales].sort(), "Ben owns the queue's mail");
  });

  test('OW-05: another recipient who can own it does', async () => {
    await anna({ islicensed: false });
    await receive(rawMail({ to: 'support@ours.example, ben@ours.example' }));
    assert.equal((await house.emails())[0]?.ownerid?.id, seeded.ben);
  });

  test('AD-08: records of any owner are found, whoever reads the mailbox', async () => {
    await receive(rawMail({ from: 'carla@customer.example', to: 'ben@ours.example' }), {
      mailboxid: seeded.bensMailbox,
    });
    assert.equal((await house.emails())[0]?.emailsender?.id, seeded.carla, "Anna's contact, Ben's mailbox");
  });

  test('AD-15, AD-18: stored parties keep record and address when the address changes or moves', async () => {
    await receive(rawMail());
    const parties = async () => {
      const all = await house.parties((await house.emails())[0]?.activityid ?? '');
      const from = all.find((party) => party.participationtypemask === PartyMask.from);
      return [from?.partyid?.id, from?.addressused];
    };
    const { records } = house.database;
    await records.update('contact', seeded.carla, { emailaddress1: 'carla@elsewhere.example' });
    await records.update('contact', seeded.carlo, { emailaddress1: 'carla@customer.example' });
    await indexAddresses(house.database, 'contact', seeded.carla);
    await indexAddresses(house.database, 'contact', seeded.carlo);
    assert.deepEqual(await parties(), [seeded.carla, 'carla@customer.example']);
    await receive(rawMail({ id: 'two@customer.example' }));
    assert.equal((await byId('two@customer.example'))?.emailsender?.id, seeded.carlo, 'new mail by current addresses');
  });

  test('plus-addresses and aliases that servers name in Delivered-To, X-Original-To or Envelope-To', async () => {
    await house.database.records.update('mailbox', seeded.supportMailbox, {
      mr_alternateaddresses: 'help@ours.example',
    });
    const fields = { 'Delivered-To': 'a', 'X-Original-To': 'b', 'Envelope-To': 'c' };
    for (const [field, id] of Object.entries(fields)) {
      await receive(
        rawMail({ id: `${id}1@x.example`, to: 'list@l.example', headers: { [field]: 'sales+2026@ours.example' } }),
      );
      await receive(
        rawMail({ id: `${id}2@x.example`, to: 'list@l.example', headers: { [field]: 'HELP+x@ours.example' } }),
      );
      assert.deepEqual(
        [
          (await byId(`${id}1@x.example`))?.acceptingentityid?.id,
          (await byId(`${id}2@x.example`))?.acceptingentityid?.id,
        ],
        [seeded.sales, seeded.support],
        field,
      );
    }
    const several = { 'Envelope-To': 'someone@l.example, sales@ours.example' };
    await receive(rawMail({ id: 'several@x.example', to: 'list@l.example', headers: several }));
    assert.equal((await byId('several@x.example'))?.acceptingentityid?.id, seeded.sales, 'one delivery, two addresses');
    await receive(
      rawMail({ id: 'own@x.example', to: 'sales@ours.example', headers: { 'Delivered-To': 'support@ours.example' } }),
    );
    assert.equal(
      (await byId('own@x.example'))?.acceptingentityid?.id,
      seeded.sales,
      'the mailbox named as where it was delivered is no recipient',
    );
    assert.ok((await house.decisions()).length >= 7);
  });
});
