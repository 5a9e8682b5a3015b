import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RecordOf } from '../../src/tables/catalog.ts';
import { goodExchangeProfile, goodPop3Profile, refused, useHouse } from './support.ts';

type Profile = RecordOf<'emailserverprofile'>;

const pop3 = goodPop3Profile;
const imap: Profile = { ...goodPop3Profile, servertype: 4 };
const exchange = goodExchangeProfile;
const online: Profile = {
  ...goodExchangeProfile,
  servertype: 3,
  incomingcredentialretrieval: 7,
  incomingauthenticationprotocol: 4,
};
const plainBoth = { incomingusessl: false, outgoingusessl: false };

interface Row {
  readonly rule: string;
  readonly code: string;
  readonly row: Profile;
  readonly saying?: RegExp;
}

/** Profiles that no one may save; each is refused at creation and as a change of a good one alike. */
const refusals: readonly Row[] = [
  { rule: 'EP-04: location with autodiscover', code: '8005E205', row: { ...exchange, useautodiscover: true } },
  {
    rule: 'EP-04: no location without autodiscover',
    code: '8005E250',
    row: { ...exchange, defaultserverlocation: null },
  },
  { rule: 'EP-04: POP3 without incoming location', code: '8005E250', row: { ...pop3, incomingserverlocation: null } },
  { rule: 'EP-04: SMTP without outgoing location', code: '8005E250', row: { ...pop3, outgoingserverlocation: '' } },
  { rule: 'EP-05: autodiscover with POP3', code: '8005E204', row: { ...pop3, useautodiscover: true } },
  { rule: 'EP-05: autodiscover with IMAP', code: '8005E204', row: { ...imap, useautodiscover: true } },
  { rule: 'EP-06: Exchange Online without SSL', code: '8005E201', row: { ...online, incomingusessl: false } },
  {
    rule: 'EP-06: Exchange Online with Windows integrated',
    code: '8005E202',
    row: { ...online, incomingcredentialretrieval: 3 },
  },
  { rule: 'EP-07: incoming without SSL', code: '8005E234', row: { ...pop3, incomingusessl: false } },
  { rule: 'EP-07: outgoing without SSL', code: '8005E234', row: { ...pop3, outgoingusessl: false } },
  { rule: 'EP-08: anonymous with Exchange', code: '8005E203', row: { ...exchange, incomingcredentialretrieval: 4 } },
  ...[1, 2, 3, 4, 6, 7].map((retrieval) => ({
    rule: `EP-09: POP3 incoming with credentials of kind ${retrieval}`,
    code: '8005E214',
    row: { ...pop3, incomingcredentialretrieval: retrieval },
  })),
  {
    rule: 'EP-09: IMAP incoming with profile credentials',
    code: '8005E214',
    row: { ...imap, incomingcredentialretrieval: 1 },
  },
  {
    rule: 'EP-10: incoming impersonation with POP3',
    code: '8005E236',
    row: { ...pop3, incominguseimpersonation: true },
  },
  {
    rule: 'EP-10: outgoing impersonation with SMTP',
    code: '8005E236',
    row: { ...imap, outgoinguseimpersonation: true },
  },
  {
    rule: 'EP-10: delegate access with SMTP',
    code: '8005E235',
    row: { ...pop3, outgoingautograntdelegateaccess: true },
  },
  {
    rule: 'EP-11: incoming http:// with SSL',
    code: '8005E240',
    row: { ...pop3, incomingserverlocation: 'http://pop.harbour.example' },
  },
  {
    rule: 'EP-11: outgoing http:// with SSL',
    code: '8005E241',
    row: { ...pop3, outgoingserverlocation: 'HTTP://smtp.harbour.example' },
  },
  {
    rule: 'EP-11: incoming https:// without SSL',
    code: '8005E23E',
    row: { ...pop3, ...plainBoth, incomingserverlocation: 'https://pop.harbour.example' },
  },
  {
    rule: 'EP-11: outgoing https:// without SSL',
    code: '8005E23F',
    row: { ...pop3, ...plainBoth, outgoingserverlocation: 'https://smtp.harbour.example' },
  },
  {
    rule: 'EP-11: Exchange http:// with SSL',
    code: '8005E240',
    row: { ...exchange, defaultserverlocation: 'http://mail.harbour.example/EWS/Exchange.asmx' },
  },
  {
    rule: 'EP-11: Exchange Online http://',
    code: '8005E255',
    row: { ...online, defaultserverlocation: 'http://outlook.office365.com' },
  },
  {
    rule: 'EP-12: another outgoing user name at creation',
    code: '8005E238',
    row: { ...exchange, outgoingusername: 'other@harbour.example' },
  },
  {
    rule: 'EP-13: impersonation without password',
    code: '8005E24E',
    row: { ...exchange, incominguseimpersonation: true, incomingpassword: '' },
  },
  { rule: 'EP-14: NTLM with POP3', code: '8005E23B', row: { ...pop3, incomingauthenticationprotocol: 2 } },
  { rule: 'EP-14: Negotiate with SMTP', code: '8005E23B', row: { ...imap, outgoingauthenticationprotocol: 1 } },
  { rule: 'EP-14: NTLM with Exchange Online', code: '8005E23C', row: { ...online, incomingauthenticationprotocol: 2 } },
  ...[
    'pop harbour',
    'pop.harbour.example:995',
    'pop.harbour.example/path',
    'ftp://pop.harbour.example',
    '-pop.example',
    'pop..example',
    'user@pop.example',
  ].map((location) => ({
    rule: `EC 8005E20A: location "${location}"`,
    code: '8005E20A',
    row: { ...pop3, incomingserverlocation: location },
  })),
];

const accepted: readonly { readonly rule: string; readonly row: Profile }[] = [
  {
    rule: 'EP-04: Exchange with autodiscover',
    row: { ...exchange, defaultserverlocation: null, useautodiscover: true },
  },
  { rule: 'EP-08: SMTP without credentials', row: { ...pop3, outgoingcredentialretrieval: 4 } },
  { rule: 'EP-09: POP3 with Gmail OAuth', row: { ...pop3, incomingcredentialretrieval: 5 } },
  {
    rule: 'EP-10: Exchange with impersonation and delegate access',
    row: { ...exchange, incominguseimpersonation: true },
  },
  { rule: 'EP-14: Exchange with NTLM', row: { ...exchange, incomingauthenticationprotocol: 2 } },
  { rule: 'EC: Exchange by host name', row: { ...exchange, defaultserverlocation: 'mail.harbour.example' } },
  {
    rule: 'EC: Exchange by URL with port',
    row: { ...exchange, defaultserverlocation: 'https://mail.example:8443/EWS' },
  },
  { rule: 'EC: IPv6 location', row: { ...pop3, incomingserverlocation: '[::1]', outgoingserverlocation: '127.0.0.1' } },
  { rule: 'EC: international host name', row: { ...pop3, incomingserverlocation: 'pöst.example' } },
];

describe('email server profiles', () => {
  const house = useHouse();

  for (const { rule, code, row, saying } of refusals) {
    it(`${rule} (${code})`, async () => {
      const ready = code === '8005E23E' || code === '8005E23F';
      if (ready) await house.settings({ mr_allownonsslemail: true });
      try {
        await refused(code, house.admin.create('emailserverprofile', row), saying);
        const good = row.servertype === 1 || row.servertype === 4 ? pop3 : row.servertype === 3 ? online : exchange;
        const id = await house.admin.create('emailserverprofile', good);
        await refused(code, house.admin.update('emailserverprofile', id, row), saying);
      } finally {
        if (ready) await house.settings({ mr_allownonsslemail: false });
      }
    });
  }

  for (const { rule, row } of accepted) {
    it(`${rule} is accepted`, async () => {
      assert.ok(await house.admin.create('emailserverprofile', row));
    });
  }

  it('EP-07, EP-14: the gates of the organisation open SSL off, then Basic in the clear (8005E23D)', async () => {
    await house.settings({ mr_allownonsslemail: true });
    const basic = { outgoingusessl: false, outgoingauthenticationprotocol: 3 };
    await refused('8005E23D', house.profile(basic), /mr_allowbasicauthenticationonnonsecurechannel/);
    await refused('8005E23D', house.profile(plainBoth), /incoming mail/);
    await house.profile({ outgoingusessl: false, outgoingcredentialretrieval: 4 });
    await house.settings({ mr_allowbasicauthenticationonnonsecurechannel: true });
    await house.profile(basic);
    await house.profile(plainBoth);
    await house.settings({ mr_allownonsslemail: false, mr_allowbasicauthenticationonnonsecurechannel: false });
  });

  it('EP-06: the gate does not open Exchange Online', async () => {
    await house.settings({ mr_allownonsslemail: true });
    await refused('8005E201', house.admin.create('emailserverprofile', { ...online, ...plainBoth }));
    await house.settings({ mr_allownonsslemail: false });
  });

  it('EP-12: outgoing settings follow the incoming ones until they are told apart (8005E238)', async () => {
    const id = await house.admin.create('emailserverprofile', exchange);
    assert.equal((await house.row('emailserverprofile', id)).outgoingusername, 'service@harbour.example');
    assert.equal((await house.row('emailserverprofile', id)).isoutgoingpasswordset, true);
    await house.admin.update('emailserverprofile', id, { incomingusername: 'new@harbour.example' });
    assert.equal((await house.row('emailserverprofile', id)).outgoingusername, 'new@harbour.example');
    const other = { outgoingusername: 'smtp@harbour.example' };
    await refused('8005E238', house.admin.update('emailserverprofile', id, other));
    await house.admin.update('emailserverprofile', id, { ...other, usesamesettingsforoutgoingconnections: false });
    const apart = await house.row('emailserverprofile', id);
    assert.equal(apart.outgoingusername, 'smtp@harbour.example');
    assert.equal(apart.incomingusername, 'new@harbour.example');
  });

  it('EP-13: a password that is set already serves', async () => {
    const id = await house.admin.create('emailserverprofile', exchange);
    await house.admin.update('emailserverprofile', id, { incominguseimpersonation: true });
    await refused('8005E24E', house.admin.update('emailserverprofile', id, { incomingpassword: '' }));
  });

  it('EP-01: deactivating a profile brings its mailboxes to the schedule’s attention', async () => {
    const id = await house.profile();
    const { mailboxid } = await house.user('Inactive');
    await house.admin.update('mailbox', mailboxid, { emailserverprofile: { table: 'emailserverprofile', id } });
    house.touched();
    await house.admin.update('emailserverprofile', id, { statecode: 1 });
    assert.deepEqual(house.touched(), [mailboxid]);
    assert.equal((await house.row('emailserverprofile', id)).statuscode, 2);
  });

  it('EP-16: raising the start date reaches every mailbox, lowering it only those that join afterwards', async () => {
    const [may, june, july] = [4, 5, 6].map((month) => new Date(Date.UTC(2025, month, 1))) as [Date, Date, Date];
    const id = await house.profile({ processemailsreceivedafter: may });
    const own = { emailserverprofile: { table: 'emailserverprofile', id } };
    const early = await house.user('Early');
    const late = await house.user('Late');
    const startOf = async (mailboxid: string) =>
      (await house.row('mailbox', mailboxid)).processemailreceivedafter?.toISOString();
    await house.admin.update('mailbox', early.mailboxid, own);
    assert.equal(await startOf(early.mailboxid), may.toISOString());
    await house.admin.update('emailserverprofile', id, { processemailsreceivedafter: july });
    assert.equal(await startOf(early.mailboxid), july.toISOString());
    await house.admin.update('emailserverprofile', id, { processemailsreceivedafter: june });
    assert.equal(await startOf(early.mailboxid), july.toISOString());
    await house.admin.update('mailbox', late.mailboxid, own);
    assert.equal(await startOf(late.mailboxid), june.toISOString());
    await house.admin.update('emailserverprofile', id, { processemailsreceivedafter: null });
    assert.equal(await startOf(late.mailboxid), june.toISOString());
  });

  it('EP-16: a mailbox with a later date of its own keeps it; clearing it falls back to the profile’s', async () => {
    const floor = new Date(Date.UTC(2025, 0, 1));
    const later = new Date(Date.UTC(2025, 8, 1));
    const id = await house.profile({ processemailsreceivedafter: floor });
    const { mailboxid } = await house.user('Own');
    await house.admin.update('mailbox', mailboxid, {
      emailserverprofile: { table: 'emailserverprofile', id },
      processemailreceivedafter: later,
    });
    assert.deepEqual((await house.row('mailbox', mailboxid)).processemailreceivedafter, later);
    await house.admin.update('mailbox', mailboxid, { processemailreceivedafter: null });
    assert.deepEqual((await house.row('mailbox', mailboxid)).processemailreceivedafter, floor);
  });

  it('TE-08: a start date before the profile’s is refused', async () => {
    const id = await house.profile({ processemailsreceivedafter: new Date(Date.UTC(2025, 5, 1)) });
    const { mailboxid } = await house.user('Before');
    await house.admin.update('mailbox', mailboxid, { emailserverprofile: { table: 'emailserverprofile', id } });
    const earlier = { processemailreceivedafter: new Date(Date.UTC(2025, 4, 1)) };
    await refused('80040203', house.admin.update('mailbox', mailboxid, earlier), /2025-06-01/);
  });

  it('EP-20: a profile that mailboxes refer to, or that is the default, is not deleted', async () => {
    const id = await house.profile();
    const { mailboxid } = await house.user('Keeper');
    await house.admin.update('mailbox', mailboxid, { emailserverprofile: { table: 'emailserverprofile', id } });
    await refused('mr_InUse', house.admin.delete('emailserverprofile', id), /1 mailbox /);
    await house.admin.update('mailbox', mailboxid, { emailserverprofile: null });
    await house.settings({ defaultemailserverprofileid: { table: 'emailserverprofile', id } });
    await refused('mr_InUse', house.admin.delete('emailserverprofile', id), /default/);
    await house.settings({ defaultemailserverprofileid: null });
    await house.admin.delete('emailserverprofile', id);
  });

  it('EP-22: secrets are never read back, only that they are set; they are stored sealed', async () => {
    const secrets = {
      incomingpassword: 'secret-of-1',
      outgoingpassword: 'secret-of-2',
      oauthclientsecret: 'secret-of-3',
    };
    const id = await house.profile(secrets);
    const row = (await house.admin.retrieve('emailserverprofile', id)) ?? {};
    assert.equal(
      JSON.stringify(row, (_key, value) => (typeof value === 'bigint' ? '' : value)).includes('secret-of'),
      false,
    );
    for (const secret of Object.keys(secrets)) assert.equal(Object.hasOwn(row, secret), false, secret);
    assert.deepEqual(
      [row.isincomingpasswordset, row.isoutgoingpasswordset, row.isoauthclientsecretset],
      [true, true, true],
    );
    const [stored] = await house.database.sql<{ incomingpassword: string }>(
      'select incomingpassword from emailserverprofile where emailserverprofileid = $1',
      [id],
    );
    assert.ok(stored && !stored.incomingpassword.includes('secret-of-1'));
    await house.admin.update('emailserverprofile', id, { incomingpassword: '', oauthclientsecret: null });
    const cleared = await house.row('emailserverprofile', id);
    assert.deepEqual(
      [cleared.isincomingpasswordset, cleared.isoutgoingpasswordset, cleared.isoauthclientsecretset],
      [false, true, false],
    );
  });

  it('EP-23: a new location or protocol leaves the mailboxes enabled', async () => {
    const id = await house.profile();
    const { mailboxid } = await house.user('Steady');
    await house.admin.update('mailbox', mailboxid, { emailserverprofile: { table: 'emailserverprofile', id } });
    await house.database.records.update('mailbox', mailboxid, {
      enabledforincomingemail: true,
      incomingemailstatus: 1,
    });
    await house.admin.update('emailserverprofile', id, {
      incomingserverlocation: 'new.harbour.example',
      incomingauthenticationprotocol: 3,
      servertype: 4,
    });
    const row = await house.row('mailbox', mailboxid);
    assert.equal(row.enabledforincomingemail, true);
    assert.equal(row.incomingemailstatus, 1);
  });

  it('MB-06: an Exchange profile whose mailboxes carry appointments does not become POP3 (8005E247)', async () => {
    const id = await house.admin.create('emailserverprofile', exchange);
    const { mailboxid } = await house.user('Planner');
    await house.admin.update('mailbox', mailboxid, {
      emailserverprofile: { table: 'emailserverprofile', id },
      actdeliverymethod: 1,
    });
    const change: Profile = { ...pop3, defaultserverlocation: null };
    await refused('8005E247', house.admin.update('emailserverprofile', id, change), /1 of its mailboxes/);
  });

  it('SE-04: profiles are an administrator’s task', async () => {
    const { id } = await house.user('Plain');
    await refused('80040220', house.as(id).create('emailserverprofile', pop3));
  });
});
