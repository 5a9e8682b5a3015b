import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type RunningService, startService } from '../support/running-service.ts';

const run = promisify(execFile);
const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));

/** What somebody writes with the generated client; prints one JSON object. */
const program = `
import { FetchClient } from '@odata2ts/http-client-fetch';
import { MailroomService } from './client/MailroomService';

async function main(): Promise<void> {
  const headers = { Authorization: 'Bearer ' + process.env.TOKEN, Prefer: 'return=representation' };
  const service = new MailroomService(new FetchClient({ headers }), process.env.SERVICE_URL ?? '');
  const me = (await service.WhoAmI()).data;
  const contact = (await service.contacts().create({ firstname: 'Mei', lastname: 'Tanaka' })).data;
  const made: string[] = [];
  for (let index = 0; index < 4; index += 1) {
    made.push((await service.accounts().create({ name: 'Account ' + index, numberofemployees: index * 10 })).data.accountid);
  }
  await service.accounts(made[3]!).patch({ description: 'changed' });
  const linked = { 'primarycontactid@odata.bind': '/contacts(' + contact.contactid + ')' };
  await service.accounts(made[0]!).patch(linked as {});
  const found = await service.accounts().query((builder, q) => builder
    .select('name', 'numberofemployees', 'description')
    .filter(q.numberofemployees.ge(10), q.name.startsWith('Account'))
    .orderBy(q.numberofemployees.desc()).top(2).count());
  const expanded = await service.accounts(made[0]!).query((builder) => builder.select('name')
    .expanding('primarycontactid', (inner) => inner.select('fullname')));
  const over = await service.contacts().query((builder, q) => builder.select('lastname')
    .filter(q.account_primary_contact.any((account) => account.name.eq('Account 0'))));
  const followed = await service.accounts(made[0]!).primarycontactid().query((builder) => builder.select('lastname'));
  await service.accounts(made[1]!).delete();
  const left = await service.accounts().query((builder) => builder.select('name').count());
  const queue = (await service.queues().create({ name: 'Support' })).data;
  const email = (await service.emails().create({ subject: 'Queued' })).data;
  const counted = (await service.RetrieveTotalRecordCount({ EntityNames: ['account'] })).data;
  const token = (await service.GetTrackingTokenEmail({ Subject: 'Hello' })).data;
  console.log(JSON.stringify({
    me: me.UserId, fullname: contact.fullname, found: found.data.value, count: found.data['@odata.count'],
    expanded: expanded.data.primarycontactid?.fullname, over: over.data.value.map((one) => one.lastname),
    followed: followed.data.lastname, left: left.data['@odata.count'], queue: queue.name, email: email.statuscode,
    counted: counted.EntityRecordCountCollection?.Keys, token: token.TrackingToken,
  }));
}
void main();
`;

/** A typed client that \`odata2ts\` generates from our \`$metadata\`, compiled and used against the running service. */
describe('odata2ts', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mailroom-odata2ts-'));
  let service: RunningService;

  before(async () => {
    service = await startService();
    symlinkSync(modules, path.join(folder, 'node_modules'));
  });
  after(async () => {
    await service.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('generates a client from $metadata, which compiles under strict and works', async () => {
    const headers = { authorization: `Bearer ${service.token}` };
    const metadata = await fetch(`${service.url}/api/data/v9.2/$metadata`, { headers });
    const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
    write('metadata.xml', await metadata.text());
    // The generator asks the compiler for the names of its options, which its version 7 no longer tells; ts-morph brings one that does.
    const generator = createRequire(import.meta.url).resolve('@odata2ts/odata2ts/package.json');
    write(
      'compiler.cjs',
      `const Module = require('node:module'); const load = Module._load;
       const { ts } = Module.createRequire(${JSON.stringify(generator)})('@ts-morph/common');
       Module._load = function (request, ...rest) { return request === 'typescript' ? ts : load.call(this, request, ...rest); };`,
    );
    const compilerOptions = {
      ...{
        target: 'es2022',
        lib: ['es2022', 'dom'],
        module: 'esnext',
        moduleResolution: 'bundler',
        strict: true,
        noEmit: true,
      },
      ...{ skipLibCheck: true, types: ['node'] },
    };
    write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['program.ts'] }));
    const cli = path.join(path.dirname(generator), 'lib/run-cli.js');
    const mailroom = {
      ...{ source: 'metadata.xml', output: 'client', serviceName: 'Mailroom' },
      ...{ mode: 'all', emitMode: 'ts', bundledFileGeneration: false },
    };
    write('odata2ts.config.js', `module.exports = ${JSON.stringify({ services: { mailroom } })};`);
    const options = ['--require', './compiler.cjs', cli, '-m', 'all', '-e', 'ts'];
    const generated = await run(process.execPath, options, { cwd: folder });
    assert.match(generated.stdout, /Successfully finished/);
    write('program.ts', program);
    const inModules = (file: string) => path.join(modules, file);
    await run(process.execPath, [inModules('typescript/lib/tsc.js'), '-p', '.'], { cwd: folder }).catch((error) => {
      assert.fail(`the generated client does not compile: ${String(error.stdout).slice(0, 2000)}`);
    });
    const env = { ...process.env, TOKEN: service.token, SERVICE_URL: `${service.url}/api/data/v9.2` };
    const used = await run(process.execPath, [inModules('tsx/dist/cli.mjs'), 'program.ts'], { cwd: folder, env });
    const { token, ...said } = JSON.parse(used.stdout);
    assert.match(token, /\S/);
    assert.deepEqual(
      { ...said, found: said.found.map(({ name, description }: Record<string, unknown>) => [name, description]) },
      {
        me: service.engine.organization.administratorId,
        fullname: 'Mei Tanaka',
        found: [
          ['Account 3', 'changed'],
          ['Account 2', null],
        ],
        count: 3,
        expanded: 'Mei Tanaka',
        over: ['Tanaka'],
        followed: 'Tanaka',
        left: 3,
        queue: 'Support',
        email: 1,
        counted: ['account'],
      },
    );
  });
});
