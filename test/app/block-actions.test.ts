import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { openRuledApi, type RuledApi } from '../support/ruled-api.ts';
import { idOf } from '../support/web-api.ts';

let api: RuledApi;
before(async () => {
  api = await openRuledApi();
});
after(() => api.close());

const user = { authorization: 'Bearer user' };

async function attachmentTarget(filename: string): Promise<Record<string, unknown>> {
  const email = idOf(await api.send('POST', 'emails', { subject: 'With a file' }));
  return {
    '@odata.type': 'Microsoft.Dynamics.CRM.activitymimeattachment',
    filename,
    'objectid_email@odata.bind': `/emails(${email})`,
    objecttypecode: 'email',
  };
}

async function begin(target: Record<string, unknown>, headers = {}): Promise<string> {
  const answer = await api.send('POST', 'InitializeAttachmentBlocksUpload', { Target: target }, headers);
  assert.equal(answer.status, 200, answer.text);
  return answer.json.FileContinuationToken;
}

test('an attachment goes up in blocks of any order, is committed in the order of the list and comes down in blocks', async () => {
  const target = await attachmentTarget('plan.bin');
  const file = randomBytes(300_000);
  const token = await begin(target);
  const parts = [file.subarray(0, 100_000), file.subarray(100_000, 220_000), file.subarray(220_000)];
  for (const index of [2, 0, 1, 1]) {
    const sent = await api.send('POST', 'UploadBlock', {
      BlockId: `block-${index}`,
      BlockData: parts[index]?.toString('base64'),
      FileContinuationToken: token,
    });
    assert.equal(sent.status, 204, sent.text);
  }
  const commit = { Target: target, BlockList: ['block-0', 'block-1', 'block-2'], FileContinuationToken: token };
  const done = await api.send('POST', 'CommitAttachmentBlocksUpload', commit);
  assert.equal(done.status, 200, done.text);
  assert.equal(done.json.FileSizeInBytes, file.length);
  const id = done.json.ActivityMimeAttachmentId;
  const whole = await api.send('GET', `activitymimeattachments(${id})?$select=body,filesize,filename`);
  assert.equal(Buffer.from(whole.json.body, 'base64').compare(file), 0);
  assert.equal(whole.json.filesize, file.length);
  assert.equal((await api.send('POST', 'CommitAttachmentBlocksUpload', commit)).status, 400, 'an upload ends once');

  const opened = await api.send('POST', 'InitializeAttachmentBlocksDownload', {
    Target: { '@odata.type': 'Microsoft.Dynamics.CRM.activitymimeattachment', activitymimeattachmentid: id },
  });
  assert.deepEqual([opened.json.FileName, opened.json.FileSizeInBytes], ['plan.bin', file.length]);
  const read: Buffer[] = [];
  for (let at = 0; at < file.length; at += 131_072) {
    const part = await api.send('POST', 'DownloadBlock', {
      Offset: at,
      BlockLength: 131_072,
      FileContinuationToken: opened.json.FileContinuationToken,
    });
    read.push(Buffer.from(part.json.Data, 'base64'));
  }
  assert.equal(Buffer.concat(read).compare(file), 0);
});

test('a note takes a file in blocks as well', async () => {
  const target = { '@odata.type': 'Microsoft.Dynamics.CRM.annotation', subject: 'Note', filename: 'a.txt' };
  const begun = await api.send('POST', 'InitializeAnnotationBlocksUpload', { Target: target });
  const token = begun.json.FileContinuationToken;
  await api.send('POST', 'UploadBlock', { BlockId: 'a', BlockData: 'aGVsbG8=', FileContinuationToken: token });
  const done = await api.send('POST', 'CommitAnnotationBlocksUpload', {
    Target: target,
    BlockList: ['a'],
    FileContinuationToken: token,
  });
  assert.equal(done.status, 200, done.text);
  const note = await api.send('GET', `annotations(${done.json.AnnotationId})?$select=documentbody,filesize,isdocument`);
  assert.deepEqual([note.json.documentbody, note.json.filesize, note.json.isdocument], ['aGVsbG8=', 5, true]);
  const opened = await api.send('POST', 'InitializeAnnotationBlocksDownload', {
    Target: { '@odata.id': `annotations(${done.json.AnnotationId})` },
  });
  const part = await api.send('POST', 'DownloadBlock', {
    Offset: 1,
    BlockLength: 3,
    FileContinuationToken: opened.json.FileContinuationToken,
  });
  assert.equal(Buffer.from(part.json.Data, 'base64').toString(), 'ell');
});

test('an upload is its caller’s alone', async () => {
  const token = await begin(await attachmentTarget('mine.bin'));
  const body = { BlockId: 'a', BlockData: 'aGVsbG8=', FileContinuationToken: token };
  const stolen = await api.send('POST', 'UploadBlock', body, user);
  assert.equal(stolen.status, 400);
  assert.equal(stolen.json.error.code, 'mr_UploadUnknown');
});

test('AT-01, AT-02: limits and blocked extensions hold for blocks as for one request', async () => {
  const blocked = await attachmentTarget('run.exe');
  const token = await begin(blocked);
  await api.send('POST', 'UploadBlock', { BlockId: 'a', BlockData: 'aGVsbG8=', FileContinuationToken: token });
  const refused = await api.send('POST', 'CommitAttachmentBlocksUpload', {
    Target: blocked,
    BlockList: ['a'],
    FileContinuationToken: token,
  });
  assert.equal(refused.status, 400);
  assert.match(refused.json.error.message, /\.exe are blocked/);
  await api.database.records.update('organization', api.organization.organizationid, {
    mr_maximumattachmentsizekb: 64,
  });
  const big = await begin(await attachmentTarget('big.bin'));
  const large = { BlockId: 'a', BlockData: randomBytes(70_000).toString('base64'), FileContinuationToken: big };
  const tooLarge = await api.send('POST', 'UploadBlock', large);
  assert.equal(tooLarge.json.error.code, 'mr_AttachmentTooLarge');
});

test('bad input is refused with what to do', async () => {
  const target = await attachmentTarget('x.bin');
  const token = await begin(target);
  const upload = (more: Record<string, unknown>) =>
    api.send('POST', 'UploadBlock', { BlockId: 'a', BlockData: 'aGVsbG8=', FileContinuationToken: token, ...more });
  assert.match((await upload({ BlockData: '%%%' })).json.error.message, /not base64/);
  assert.match((await upload({ BlockId: '' })).json.error.message, /1 to 64 characters/);
  assert.match((await upload({ FileContinuationToken: 'x' })).json.error.message, /Begin the upload again/);
  const big = randomBytes(4 * 1024 * 1024 + 1).toString('base64');
  assert.equal((await upload({ BlockData: big })).json.error.code, 'mr_BlockTooLarge');
  const missing = { Target: target, BlockList: ['never'], FileContinuationToken: token };
  assert.match((await api.send('POST', 'CommitAttachmentBlocksUpload', missing)).json.error.message, /'never'/);
  const wrong = { '@odata.type': 'Microsoft.Dynamics.CRM.annotation' };
  assert.match(
    (await api.send('POST', 'InitializeAttachmentBlocksUpload', { Target: wrong })).json.error.message,
    /must be a record of activitymimeattachment/,
  );
  for (const bad of [{}, { '@odata.type': 'nosuch' }, { '@odata.id': 'nosuch(1)' }, { '@odata.id': 'http://evil/x' }])
    assert.equal((await api.send('POST', 'InitializeAttachmentBlocksUpload', { Target: bad })).status, 400);
});
