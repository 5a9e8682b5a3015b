import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { MailVerdict, PartyMask } from '../../../src/tables/choices.ts';
import { seeded } from '../../support/organisation.ts';
import { type IncomingHouse, openHouse, rawMail } from './incoming-fixtures.ts';
import { scriptedServer } from './scripted-server.ts';

describe('incoming turn: what becomes of a message', () => {
  let house: IncomingHouse;
  before(async () => {
    house = await openHouse();
  });
  after(() => house.close());

  test('IN-40, QU-03: a customer mail to a queue becomes one email with parties, owner and queue item', async () => {
    const server = scriptedServer([{ serverId: 'a', raw: rawMail({ cc: 'Stranger <who@else.example>' }) }]);
    const outcome = await house.turn(server);
    assert.equal(outcome.error, undefined, outcome.error?.message);
    assert.deepEqual([outcome.itemsProcessed, outcome.itemsFailed, outcome.more], [1, 0, false]);
    const [email] = await house.emails();
    assert.ok(email?.activityid);
    assert.equal(email.subject, 'A question');
    assert.deepEqual([email.statecode, email.statuscode, email.directioncode], [1, 4, false]);
    assert.equal(email.ownerid?.id, seeded.anna);
    assert.equal(email.acceptingentityid?.id, seeded.support);
    assert.equal(email.receivingmailboxid?.id, seeded.supportMailbox);
    assert.equal(email.emailsender?.id, seeded.carla);
    assert.equal(email.createdby?.id, seeded.system);
    const parties = await house.parties(email.activityid);
    assert.deepEqual(
      parties.map((party) => [party.participationtypemask, party.partyid?.id ?? party.unresolvedpartyname]),
      [
        [PartyMask.from, seeded.carla],
        [PartyMask.to, seeded.support],
        [PartyMask.cc, 'Stranger'],
      ],
    );
    const items = await house.queueItems();
    assert.deepEqual(
      items.map((item) => [item.queueid?.id, item.objectid?.id]),
      [[seeded.support, email.activityid]],
    );
    const [decision] = await house.decisions();
    assert.equal(decision?.mr_verdict, MailVerdict.tracked);
    assert.match(decision?.mr_reason ?? '', /Support takes all messages/);
  });
});
