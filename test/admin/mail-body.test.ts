import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { EmailState, EmailStatus } from '../../src/tables/choices.ts';
import { openWholeWeb, type WholeWeb } from '../support/whole-web.ts';
import { hostileHtml } from './hostile-html.ts';

const picture = Buffer.from('89504e470d0a1a0a', 'hex');

describe('the body of a mail as its frame gets it', () => {
  let web: WholeWeb;
  let emailId: string;
  before(async () => {
    web = await openWholeWeb();
    const { records, blobs } = web.database;
    const [raw, body] = await blobs.put([Buffer.from('Subject: As it came\r\n\r\nHello'), picture]);
    const owner = { table: 'systemuser', id: (await web.user('Olga')).id } as const;
    emailId = await records.create('email', {
      subject: 'Hostile',
      ownerid: owner,
      directioncode: false,
      statecode: EmailState.completed,
      statuscode: EmailStatus.received,
      mr_rawblob: raw ?? null,
      description: `<p style="color: red">Seen</p><img src="cid:logo@x"><img src="cid:none"><img src="http://evil.example/loaded.png">${hostileHtml('http://evil.example').join('\n')}`,
    });
    await records.create('activitymimeattachment', {
      objectid: { table: 'email', id: emailId },
      objecttypecode: 'email',
      attachmentnumber: 1,
      filename: 'logo.png',
      mimetype: 'image/png',
      filesize: picture.length,
      attachmentcontentid: '<logo@x>',
      mr_blob: body ?? null,
    });
  });
  after(() => web.close());

  const get = (path: string, headers = web.adminBearer) => web.server.inject({ url: path, headers });

  test('AT-08: nothing of an attack is left, what is harmless is; inner pictures are shown, remote ones named and not loaded', async () => {
    const answer = await get(`/mail-body/${emailId}`);
    assert.equal(answer.statusCode, 200, answer.body);
    const body = answer.body.slice(answer.body.indexOf('<body>'));
    assert.doesNotMatch(
      body,
      /<script|<svg|<iframe|<form|<input|<style|<link|<meta|<object|<base|javascript:|\son\w+=/i,
    );
    assert.doesNotMatch(body, /\s(?:src|srcset|background|poster|data|href)="?http:\/\/evil/i);
    assert.match(body, /<p style="color:\s?red">Seen<\/p>/);
    assert.ok(body.includes(`src="data:image/png;base64,${picture.toString('base64')}"`));
    assert.match(body, /data-remote-src="http:\/\/evil\.example\/loaded\.png"/);
    const policy = String(answer.headers['content-security-policy']);
    assert.match(policy, /^sandbox allow-popups/);
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /allow-scripts|allow-same-origin|img-src[^;]*http/);
  });

  test('AT-08: remote pictures load when asked for, nothing else', async () => {
    const answer = await get(`/mail-body/${emailId}?pictures=1`);
    assert.match(answer.body, / src="http:\/\/evil\.example\/loaded\.png"/);
    const policy = String(answer.headers['content-security-policy']);
    assert.match(policy, /img-src data: https: http:/);
    assert.match(policy, /default-src 'none'/);
  });

  test('who may not read the email gets neither its body nor its source', async () => {
    const stranger = await web.user('Stranger');
    assert.equal((await get(`/mail-body/${emailId}`, stranger.bearer)).statusCode, 404);
    assert.equal((await get(`/mail-body/${emailId}`, {})).statusCode, 401);
    assert.equal((await get('/mail-body/1')).statusCode, 400);
    const source = `emails(${emailId})/Microsoft.Dynamics.CRM.mr_RetrieveSource()`;
    const refused = await web.send('GET', source, undefined, stranger.bearer);
    assert.equal(refused.status, 404, refused.text);
    const { json } = await web.send('GET', source, undefined, web.adminBearer);
    assert.equal(Buffer.from(json.Source, 'base64').toString(), 'Subject: As it came\r\n\r\nHello');
    assert.equal(json.SizeBytes, 28);
  });

  test('an email that was written here says that it has no source', async () => {
    const made = await web.send(
      'POST',
      'emails',
      { subject: 'Mine' },
      { ...web.adminBearer, prefer: 'return=representation' },
    );
    const answer = await web.send(
      'GET',
      `emails(${made.json.activityid})/Microsoft.Dynamics.CRM.mr_RetrieveSource()`,
      undefined,
      web.adminBearer,
    );
    assert.equal(answer.status, 404, answer.text);
    assert.match(answer.json.error.message, /not kept/);
  });
});
