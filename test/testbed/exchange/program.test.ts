import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createTransport } from 'nodemailer';
import { startExchange } from '../../../testbed/exchange/start-exchange.ts';
import { EwsClient } from './support/ews-client.ts';
import { mailText } from './support/mail-text.ts';
import { createItem, folder, getFolder } from './support/requests.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

function run(...words: readonly string[]): ChildProcess {
  const entry = fileURLToPath(new URL('../../../testbed/run.ts', import.meta.url));
  return spawn(process.execPath, ['--import', 'tsx', entry, 'exchange', ...words], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Reads what it prints until a line begins with the word; gives the rest of that line. */
async function printed(child: ChildProcess, word: string): Promise<string> {
  assert.ok(child.stdout);
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith(`${word}: `)) return line.slice(word.length + 2);
  }
  throw new Error(`It never printed "${word}".`);
}

describe('exchange simulator: alone', { timeout: 60_000 }, () => {
  test('prints where it is, serves its mailboxes and is steered over HTTP', async () => {
    const child = run('--mailbox', 'a@x.example:secret', '--mailbox', 'b@x.example:secret');
    try {
      const url = await printed(child, 'Exchange Web Services');
      const client = new EwsClient({ url, user: 'a@x.example', password: 'secret' });
      await client.expect(getFolder(folder('inbox')));
      const control = new URL('/control/', url).href;
      const post = (path: string, body: string): Promise<Response> =>
        fetch(`${control}${path}`, { method: 'POST', body });
      assert.equal((await post('deliver?mailbox=b@x.example', mailText('Controlled').toString('utf8'))).status, 201);
      const items = (await (await fetch(`${control}items?mailbox=b@x.example&folder=inbox`)).json()) as {
        subject: string;
      }[];
      assert.deepEqual(
        items.map(({ subject }) => subject),
        ['Controlled'],
      );
      assert.equal((await post('mailboxes', JSON.stringify({ address: 'c@x.example', password: 'p' }))).status, 201);
      assert.equal((await post('mailboxes', JSON.stringify({ address: 'c@x.example', password: 'p' }))).status, 400);
      assert.equal((await post('faults', JSON.stringify({ operation: 'GetFolder', does: 'fault' }))).status, 201);
      assert.deepEqual((await client.call(getFolder(folder('inbox')))).codes, ['ErrorServerBusy']);
      const requests = (await (await fetch(`${control}requests`)).json()) as { operation: string; status: number }[];
      assert.deepEqual(
        requests.map(({ operation, status }) => `${operation} ${status}`),
        ['GetFolder 200', 'GetFolder 500'],
      );
      for (const path of ['faults', 'requests', 'streams', 'subscriptions']) {
        assert.equal((await fetch(`${control}${path}`, { method: 'DELETE' })).status, 200);
      }
      assert.equal((await fetch(`${control}nonsense`)).status, 404);
    } finally {
      child.kill('SIGTERM');
      await new Promise((resolve) => child.once('exit', resolve));
    }
  });

  for (const [words, wanted] of [
    [[], /at least one --mailbox/],
    [['--mailbox', 'a@x.example'], /ADDRESS:PASSWORD/],
    [['--mailbox', 'a@x.example:p', '--server-version', 'Exchange5'], /is no product/],
    [['--nonsense'], /Usage:/],
  ] as const) {
    test(`refuses ${words.join(' ') || 'no words'} and tells what to give`, async () => {
      const child = run(...words);
      let said = '';
      child.stderr?.on('data', (chunk: Buffer) => {
        said += chunk.toString('utf8');
      });
      const code = await new Promise((resolve) => child.once('close', resolve));
      assert.deepEqual([code, wanted.test(said)], [1, true], said);
    });
  }
});

describe('exchange simulator: SMTP', () => {
  test('mail comes in by SMTP, and goes on to another server', async () => {
    const mailboxes = (domain: string) => [{ address: `a@${domain}`, password: 'secret' }];
    const far = await startExchange({ mailboxes: mailboxes('far.example'), smtpPort: 0 });
    const near = await startExchange({
      mailboxes: mailboxes('x.example'),
      smtpPort: 0,
      outbound: { host: '127.0.0.1', port: far.smtpPort ?? 0 },
      maxMessageBytes: 20_000,
    });
    try {
      const transport = createTransport({ host: '127.0.0.1', port: near.smtpPort, secure: false, ignoreTLS: true });
      await transport.sendMail({ envelope: { from: 'c@else.example', to: 'a@x.example' }, raw: mailText('By SMTP') });
      const inbox = near.account('a@x.example').mailbox.folderNamed('inbox');
      assert.deepEqual(
        [...inbox.byReceived].map(({ subject }) => subject),
        ['By SMTP'],
      );
      const refused = transport.sendMail({
        envelope: { from: 'c@else.example', to: 'no@x.example' },
        raw: mailText('Lost'),
      });
      await assert.rejects(refused, /5\.1\.1/);
      const client = new EwsClient({ url: near.ewsUrl, user: 'a@x.example', password: 'secret' });
      const send = (text: string) => {
        const raw = mailText('Further', { from: 'a@x.example', to: 'a@far.example', body: text });
        const item = `<t:Message><t:MimeContent>${raw.toString('base64')}</t:MimeContent></t:Message>`;
        return client.call(createItem(item, 'MessageDisposition="SendOnly"'));
      };
      assert.deepEqual((await send('short')).codes, ['NoError']);
      const arrived = far.account('a@far.example').mailbox.folderNamed('inbox');
      assert.deepEqual(
        [...arrived.byReceived].map(({ subject }) => subject),
        ['Further'],
      );
      assert.deepEqual((await send('long '.repeat(5000))).codes, ['ErrorMessageSizeExceeded']);
    } finally {
      await near.stop();
      await far.stop();
    }
  });
});

describe('exchange simulator: size', () => {
  test('50,000 items and 500 folders are there at once, and a question costs no more for them', async () => {
    const exchange = await startExchange({ mailboxes: [{ address: 'a@x.example', password: 'secret' }] });
    try {
      for (let count = 0; count < 500; count += 1) exchange.makeFolder('a@x.example', 'inbox', `Folder ${count}`);
      const messages = Array.from({ length: 50_000 }, (_, index) => ({
        mime: () => mailText(`Seed ${index}`),
        received: new Date(1_700_000_000_000 + index * 1000),
      }));
      exchange.seed('a@x.example', 'inbox', messages);
      const inbox = exchange.account('a@x.example').mailbox.folderNamed('inbox');
      assert.deepEqual([inbox.total, inbox.unread, inbox.children.size], [50_000, 50_000, 500]);
      const client = new EwsClient({ url: exchange.ewsUrl, user: 'a@x.example', password: 'secret' });
      const page = `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:IndexedPageItemView MaxEntriesReturned="2" Offset="49998" BasePoint="Beginning"/><m:ParentFolderIds>${folder('inbox')}</m:ParentFolderIds></m:FindItem>`;
      const answer = await client.expect(page);
      assert.match(answer.text, /IncludesLastItemInRange="true"/);
      // A page far down and a change in the middle touch a few items, not all of them: none is woken from its message.
      const woken = [...inbox.byReceived].filter(({ content }) => content !== undefined);
      assert.equal(woken.length, 0);
    } finally {
      await exchange.stop();
    }
  });
});
