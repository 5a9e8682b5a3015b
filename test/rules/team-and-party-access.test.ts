import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PrivilegeDepth } from '../../src/tables/access-right.ts';
import { accessScene } from '../support/access-scene.ts';
import { refused, useHouse } from './support.ts';

const house = useHouse();

const rootUnit = async (): Promise<string> => {
  const { rows } = await house.database.records.retrieveMultiple({
    table: 'businessunit',
    filter: { column: 'parentbusinessunitid', operator: 'null' },
  });
  return rows[0]?.businessunitid ?? '';
};

const readBasic = { prvReadContact: PrivilegeDepth.basic, prvWriteContact: PrivilegeDepth.basic };
const ofTeam = (teamid: string) => ({ table: 'team', id: teamid });

describe('records of teams', () => {
  it('members see and change what their team owns by a role of the team, not by their own alone; leaving ends it at once', async () => {
    const scene = accessScene(house);
    const unit = await scene.unit('Teams', await rootUnit());
    const [member, stranger] = [await scene.user('Member', unit), await scene.user('Stranger', unit)];
    const team = await scene.team('Crew', unit, [member]);
    const role = await scene.role(readBasic);
    for (const user of [member, stranger]) await scene.give(role, { user });
    const id = await house.database.records.create('contact', { lastname: 'Of the crew', ownerid: ofTeam(team) });
    assert.equal(await (await scene.storeOf(member)).retrieve('contact', id), undefined);
    await scene.give(role, { team });
    const store = await scene.storeOf(member);
    assert.equal((await store.retrieve('contact', id))?.lastname, 'Of the crew');
    await store.update('contact', id, { jobtitle: 'Sailor' });
    assert.equal(await (await scene.storeOf(stranger)).retrieve('contact', id), undefined);
    const { rows } = await house.database.records.retrieveMultiple({
      table: 'teammembership',
      filter: { column: 'teamid', operator: 'eq', value: team },
    });
    await house.admin.delete('teammembership', rows[0]?.teammembershipid ?? '');
    assert.equal(await (await scene.storeOf(member)).retrieve('contact', id), undefined);
  });

  it("a team's role reaches the team's business unit, not the member's", async () => {
    const scene = accessScene(house);
    const root = await rootUnit();
    const [here, there] = [await scene.unit('Here', root), await scene.unit('There', root)];
    const [member, colleague, local] = [
      await scene.user('Member', here),
      await scene.user('Colleague', here),
      await scene.user('Local', there),
    ];
    const team = await scene.team('Visitors', there, [member]);
    await scene.give(await scene.role({ prvReadContact: PrivilegeDepth.local }), { team });
    const { records } = house.database;
    const near = await records.create('contact', { lastname: 'Near', ownerid: { table: 'systemuser', id: colleague } });
    const far = await records.create('contact', { lastname: 'Far', ownerid: { table: 'systemuser', id: local } });
    const store = await scene.storeOf(member);
    assert.equal((await store.retrieve('contact', far))?.lastname, 'Far');
    assert.equal(await store.retrieve('contact', near), undefined);
    assert.equal(await store.count('contact', { column: 'contactid', operator: 'in', value: [near, far] }), 1);
  });

  it('"team privileges only" reaches what the team owns, not what the member owns', async () => {
    const scene = accessScene(house);
    const unit = await scene.unit('Only', await rootUnit());
    const member = await scene.user('Member', unit);
    const team = await scene.team('Owners', unit, [member]);
    await scene.give(await scene.role(readBasic, 0), { team });
    const { records } = house.database;
    const own = await records.create('contact', { lastname: 'Own', ownerid: { table: 'systemuser', id: member } });
    const teams = await records.create('contact', { lastname: 'Teams', ownerid: ofTeam(team) });
    const store = await scene.storeOf(member);
    assert.deepEqual(
      [await store.retrieve('contact', own), (await store.retrieve('contact', teams))?.lastname],
      [undefined, 'Teams'],
    );
  });

  it('a role of the team ends with the role, for all members', async () => {
    const scene = accessScene(house);
    const unit = await scene.unit('Ending', await rootUnit());
    const members = [await scene.user('First', unit), await scene.user('Second', unit)];
    const team = await scene.team('Band', unit, members);
    const roleid = await scene.role({ prvReadContact: PrivilegeDepth.global });
    const given = await house.admin.create('teamroles', { teamid: team, roleid });
    for (const member of members)
      assert.equal(await (await scene.storeOf(member)).count('contact'), await house.admin.count('contact'));
    await house.admin.delete('teamroles', given);
    for (const member of members) await refused('80040220', (await scene.storeOf(member)).count('contact'));
  });

  it('a team without the privilege cannot be given a record by a member who may assign only the own', async () => {
    const scene = accessScene(house);
    const unit = await scene.unit('Assigning', await rootUnit());
    const member = await scene.user('Giver', unit);
    const team = await scene.team('Takers', unit, [member]);
    await scene.give(await scene.role({ ...readBasic, prvCreateContact: PrivilegeDepth.basic }), { user: member });
    const store = await scene.storeOf(member);
    const id = await store.create('contact', { lastname: 'Mine' });
    await refused('80040220', store.update('contact', id, { ownerid: ofTeam(team) }));
    await scene.give(await scene.role({ prvAssignContact: PrivilegeDepth.basic }), { user: member });
    await (await scene.storeOf(member)).update('contact', id, { ownerid: ofTeam(team) });
    assert.equal((await house.row('contact', id)).owningteam?.id, team);
  });
});

describe('parties of activities', () => {
  it('SE-12, ST-60: who is party of an activity may read and link it, not change it, unless the switch forbids', async () => {
    const scene = accessScene(house);
    const unit = await scene.unit('Parties', await rootUnit());
    const [owner, party, stranger] = [
      await scene.user('Owner', unit),
      await scene.user('Party', unit),
      await scene.user('Nobody', unit),
    ];
    const role = await scene.role({ prvReadActivity: PrivilegeDepth.basic, prvWriteActivity: PrivilegeDepth.basic });
    for (const user of [owner, party, stranger]) await scene.give(role, { user });
    const id = await house.database.records.create('email', {
      subject: 'For you too',
      ownerid: { table: 'systemuser', id: owner },
      to: [{ partyid: { table: 'systemuser', id: party } }],
    });
    const sees = async (user: string) => (await (await scene.storeOf(user)).retrieve('email', id)) !== undefined;
    assert.deepEqual([await sees(owner), await sees(party), await sees(stranger)], [true, true, false]);
    await refused('80040220', (await scene.storeOf(party)).update('email', id, { subject: 'Changed' }));
    const counted = await (await scene.storeOf(party)).count('activitypointer', {
      column: 'activityid',
      operator: 'eq',
      value: id,
    });
    assert.equal(counted, 1);
    await house.settings({
      orgdborgsettings:
        '<OrgSettings><DisableImplicitSharingOfCommunicationActivities>true</DisableImplicitSharingOfCommunicationActivities></OrgSettings>',
    });
    assert.deepEqual([await sees(owner), await sees(party)], [true, false]);
    await house.settings({ orgdborgsettings: '' });
    assert.equal(await sees(party), true);
  });
});
