import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { idOf } from '../support/web-api.ts';
import { openWholeWeb, type WholeWeb } from '../support/whole-web.ts';

let web: WholeWeb;
before(async () => {
  web = await openWholeWeb();
  const profile = idOf(
    await web.send(
      'POST',
      'emailserverprofiles',
      {
        ...{
          name: 'Out',
          servertype: 1,
          incomingserverlocation: 'pop.ours.example',
          outgoingserverlocation: 'smtp.ours.example',
        },
        ...{ incomingcredentialretrieval: 0, outgoingcredentialretrieval: 0 },
      },
      web.adminBearer,
    ),
  );
  const user = await web.database.records.retrieve('systemuser', web.organization.administratorId, ['defaultmailbox']);
  await web.database.records.update('systemuser', web.organization.administratorId, {
    internalemailaddress: 'admin@ours.example',
    emailrouteraccessapproval: 1,
  });
  await web.database.records.update('mailbox', user?.defaultmailbox?.id ?? '', {
    emailaddress: 'admin@ours.example',
    emailrouteraccessapproval: 1,
    outgoingemaildeliverymethod: 2,
    enabledforoutgoingemail: true,
    emailserverprofile: { table: 'emailserverprofile', id: profile },
  });
});
after(() => web.close());

async function draft(subject: string, to: string | undefined): Promise<string> {
  const me = { table: 'systemuser', id: web.organization.administratorId };
  return web.admin.create('email', {
    subject,
    directioncode: true,
    from: [{ partyid: me }],
    ...(to === undefined ? {} : { to: [{ addressused: to }] }),
  });
}

const call = (body: object) => web.send('POST', 'BackgroundSendEmail', body, web.adminBearer);
const statusOf = async (id: string) => (await web.database.records.retrieve('email', id, ['statuscode']))?.statuscode;

test('OU-18: BackgroundSendEmail hands the selected drafts over as ordinary emails in Pending Send; one refused stays a draft', async () => {
  await web.database.records.update('organization', web.organization.organizationid, {
    allowunresolvedpartiesonemailsend: true,
  });
  const [good, lame, other] = [
    await draft('Round one', 'a@b.example'),
    await draft('Round two', undefined),
    await draft('Not chosen', 'a@b.example'),
  ];
  const fetch = `<fetch><entity name="email"><attribute name="subject"/><filter><condition attribute="subject" operator="like" value="Round%"/></filter></entity></fetch>`;
  const answer = await call({ Query: { '@odata.type': 'Microsoft.Dynamics.CRM.FetchExpression', Query: fetch } });
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(
    answer.json.EntityCollection.map((email: { activityid: string }) => email.activityid),
    [good],
  );
  assert.deepEqual(answer.json.HasAttachments, [false]);
  assert.deepEqual([await statusOf(good), await statusOf(lame), await statusOf(other)], [6, 1, 1]);
  const again = await call({ Query: { '@odata.type': 'Microsoft.Dynamics.CRM.FetchExpression', Query: fetch } });
  assert.equal(again.json.EntityCollection.length, 1, 'what waits is not handed over twice');
  const waiting = await call({});
  assert.deepEqual(
    waiting.json.EntityCollection.map((email: { subject: string }) => email.subject.slice(0, 9)),
    ['Round one'],
  );
});

test('OU-18: the query may be a QueryExpression or a QueryByAttribute; others are refused in words', async () => {
  const [one, two] = [
    await draft('By expression', 'a@b.example'),
    await draft('By "attribute" & <more>', 'a@b.example'),
  ];
  const expression = {
    EntityName: 'email',
    Criteria: {
      FilterOperator: 'And',
      Conditions: [
        { AttributeName: 'subject', Operator: 'Equal', Values: [{ Type: 'System.String', Value: 'By expression' }] },
      ],
    },
  };
  assert.equal((await call({ Query: expression })).status, 200);
  assert.equal(
    (await call({ Query: { EntityName: 'email', Attributes: ['subject'], Values: ['By "attribute" & <more>'] } }))
      .status,
    200,
  );
  assert.deepEqual([await statusOf(one), await statusOf(two)], [6, 6]);
  for (const [query, word] of [
    [{ EntityName: 'contact', Attributes: [], Values: [] }, /EntityName "email"/],
    [{}, /FetchExpression/],
    [{ Query: '<fetch><entity name="contact"/></fetch>' }, /select rows of email/],
    [{ Query: '<fetch' }, /./],
    [
      { EntityName: 'email', Criteria: { Conditions: [{ AttributeName: 'subject', Operator: 'Sounds', Values: [] }] } },
      /"Sounds"/,
    ],
    [{ EntityName: 'email', Attributes: ['nothing'], Values: ['x'] }, /nothing/],
  ] as const) {
    const answer = await call({ Query: query });
    assert.equal(answer.status, 400, `${JSON.stringify(query)}: ${answer.text}`);
    assert.match(answer.json.error.message, word);
  }
});
