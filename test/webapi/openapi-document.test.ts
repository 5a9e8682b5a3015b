import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { openRuledApi, type RuledApi } from '../support/ruled-api.ts';

let api: RuledApi;
before(async () => {
  api = await openRuledApi();
});
after(() => api.close());

test('the OpenAPI description is valid OpenAPI 3.1 and refers to nothing that is not there', async () => {
  const answer = await api.send('GET', 'openapi.json');
  assert.equal(answer.status, 200, answer.text);
  const result = await new Validator().validate(structuredClone(answer.json));
  assert.ok(result.valid, JSON.stringify(result.errors ?? '').slice(0, 2000));
  const names = new Set(Object.keys(answer.json.components.schemas));
  for (const [, name] of answer.text.matchAll(/#\/components\/schemas\/(\w+)/g)) assert.ok(names.has(name ?? ''), name);
});

test('it tells tables, messages, and what cannot be read or written', async () => {
  const { paths, components } = (await api.send('GET', 'openapi.json')).json;
  assert.ok(paths['/emails'].post && paths['/emails({activityid})'].patch);
  assert.ok(paths['/emails({activityid})/Microsoft.Dynamics.CRM.SendEmail'].post);
  assert.ok(paths['/WhoAmI()'].get);
  assert.equal(components.schemas.mailbox.properties.password.writeOnly, true);
  assert.equal(components.schemas.email.properties.versionnumber.readOnly, true);
  assert.equal(components.schemas.email.properties.mr_identity, undefined);
});
