import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { parseMailSync } from '../../../src/formats/mime-parse.ts';
import { runOutgoingTurn } from '../../../src/pipelines/outgoing/pipeline.ts';
import type { RecordOf } from '../../../src/tables/catalog.ts';
import { AutomaticKindChoice, EmailStatus } from '../../../src/tables/choices.ts';
import { type OutgoingScene, outgoingScene } from '../../support/outgoing-scene.ts';

describe('two programs that answer each other', () => {
  let scene: OutgoingScene;
  beforeEach(async () => {
    scene = await outgoingScene({ mr_answersperhour: 3 });
  });
  afterEach(() => scene.close());

  const received = (values: RecordOf<'email'> = {}) =>
    scene.store.database.records.create('email', {
      subject: 'Away',
      directioncode: false,
      statecode: 1,
      statuscode: EmailStatus.received,
      sender: 'Ada@customer.example',
      ownerid: { table: 'systemuser', id: scene.userid },
      ...values,
    });
  const answerTo = (parent: string, values: RecordOf<'email'> = {}) =>
    scene.pendingEmail({ parentactivityid: { table: 'email', id: parent }, ...values });
  const run = async () => {
    const outcome = await scene.turn(runOutgoingTurn);
    assert.equal(outcome.error, undefined, outcome.error?.message);
    return outcome;
  };

  for (const kind of Object.keys(AutomaticKindChoice) as (keyof typeof AutomaticKindChoice)[]) {
    it(`PAIN-08: no program of ours answers mail of kind ${kind}`, async () => {
      const id = await answerTo(await received({ mr_automatickind: AutomaticKindChoice[kind] }), {
        isworkflowcreated: true,
      });
      await run();
      assert.equal(scene.sender.sent.length, 0);
      const email = await scene.email(id);
      assert.deepEqual([email.statuscode, email.mr_lasterrorcode], [EmailStatus.failed, 'mr_AnswersAutomaticMail']);
      assert.equal((await scene.alerts(id)).length, 1);
    });
  }

  it('PAIN-08: a person may answer automatic mail, and a program a person', async () => {
    await answerTo(await received({ mr_automatickind: AutomaticKindChoice.autoReply }));
    await answerTo(await received(), { isworkflowcreated: true });
    await run();
    assert.equal(scene.sender.sent.length, 2);
  });

  it('PAIN-08: what a program wrote says so, to servers of every kind (RFC 3834)', async () => {
    await scene.pendingEmail({ isworkflowcreated: true });
    await answerTo(await received(), { isworkflowcreated: true });
    await scene.pendingEmail();
    await run();
    const heads = scene.sender.sent.map(({ raw }) => parseMailSync(raw).headers);
    const first = (head: ReadonlyMap<string, readonly string[]>, name: string) => head.get(name)?.[0] ?? '-';
    assert.deepEqual(
      heads.map((head) => `${first(head, 'auto-submitted')} ${first(head, 'x-auto-response-suppress')}`).sort(),
      ['- -', 'auto-generated All', 'auto-replied All'],
    );
  });

  it('PAIN-08: of the answers to one address more than the limit an hour wait, nothing is lost, its owner is told', async () => {
    const parent = await received();
    const other = await received({ sender: 'bob@customer.example' });
    for (let index = 0; index < 5; index += 1) await answerTo(parent);
    await answerTo(other);
    await scene.pendingEmail();
    await run();
    assert.equal(scene.sender.sent.length, 5);
    const waiting = await scene.store.database.records.retrieveMultiple({
      table: 'email',
      columns: ['mr_waitingreason', 'postponeemailprocessinguntil'],
      filter: { column: 'statuscode', operator: 'eq', value: EmailStatus.pendingSend },
    });
    assert.equal(waiting.rows.length, 2);
    assert.match(waiting.rows[0]?.mr_waitingreason ?? '', /More than 3 answers an hour to one address/);
    const [alert] = await scene.alerts(scene.mailboxid);
    assert.equal(alert?.mr_code, 'mr_LoopBreaker');
    assert.match(alert?.text ?? '', /ada@customer\.example; 2 more wait/);
    await scene.clock.advance(1_000_000);
    await run();
    assert.equal(scene.sender.sent.length, 5);
    await scene.clock.advance(3_600_000);
    await run();
    assert.equal(scene.sender.sent.length, 7);
  });

  it('PAIN-08: with a limit of 0 answers are not counted', async () => {
    const organization = { mr_answersperhour: 0 };
    await scene.store.database.records.update('organization', scene.organizationid, organization);
    const parent = await received();
    for (let index = 0; index < 5; index += 1) await answerTo(parent);
    await run();
    assert.equal(scene.sender.sent.length, 5);
  });
});
