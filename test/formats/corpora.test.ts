import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { mailScorerLine } from '../../src/formats/mail-scorer-line.ts';
import { parseMailSync } from '../../src/formats/mime-parse.ts';

const corpora = fileURLToPath(new URL('../../../shared/corpora/', import.meta.url));
const skip = existsSync(`${corpora}score-mail.mjs`) ? false : 'the corpora are not at ../shared/corpora';

function filesOf(set: string): string[] {
  const lines = readFileSync(`${corpora}mime/${set}.expect.jsonl`, 'utf8').trim().split('\n');
  const entries = lines.map((line) => JSON.parse(line) as { file: string; expect?: { thread?: unknown } });
  return entries
    .filter((entry) => entry.expect !== undefined && entry.expect.thread === undefined)
    .map((entry) => entry.file);
}

function score(set: string): number {
  const lines = filesOf(set).map((file) =>
    JSON.stringify(mailScorerLine(file, readFileSync(`${corpora}mime/${set}/${file}`))),
  );
  const run = spawnSync(process.execPath, [`${corpora}score-mail.mjs`, `${corpora}mime/${set}.expect.jsonl`], {
    input: lines.join('\n'),
    encoding: 'utf8',
  });
  return Number(/fields right \(unanimous expectations\): ([\d.]+)%/.exec(run.stdout)?.[1] ?? '0');
}

describe('corpora of real messages', { skip }, () => {
  for (const [set, least] of [
    ['torture', 99.5],
    ['everyday', 99.9],
    ['dsn', 99.9],
    ['imip', 100],
  ] as const) {
    it(`${set}: at least ${least} % of the fields that three unrelated parsers agree on`, () => {
      const reached = score(set);
      assert.ok(reached >= least, `${set}: ${reached} %`);
    });
  }

  it('UD-04, PAIN-08: of the bounces 97 % are recognised and 90 % told hard from soft; of ordinary mail none is taken for one', () => {
    interface Expected {
      readonly file: string;
      readonly kind?: string;
      readonly bounce?: readonly { readonly hard: boolean }[];
    }
    const entries = readFileSync(`${corpora}mime/dsn.expect.jsonl`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Expected);
    const tally = { bounces: 0, recognised: 0, judged: 0, right: 0, mistaken: 0 };
    for (const entry of entries) {
      const line = mailScorerLine(entry.file, readFileSync(`${corpora}mime/dsn/${entry.file}`));
      if (entry.kind !== 'bounce') {
        tally.mistaken += line.kind === 'bounce' ? 1 : 0;
        continue;
      }
      tally.bounces += 1;
      tally.recognised += line.kind === 'bounce' ? 1 : 0;
      for (const [index, { hard }] of (entry.bounce ?? []).entries()) {
        tally.judged += 1;
        tally.right += line.bounce[index]?.hard === hard ? 1 : 0;
      }
    }
    assert.ok(tally.recognised >= tally.bounces * 0.97, JSON.stringify(tally));
    assert.ok(tally.right >= tally.judged * 0.9, JSON.stringify(tally));
    assert.equal(tally.mistaken, 0);
    const ordinary = filesOf('everyday').filter((file) => {
      const line = mailScorerLine(file, readFileSync(`${corpora}mime/everyday/${file}`));
      return (
        line.kind === 'bounce' && !/deliver|dsn|bounce/i.test(`${file} ${line.subject} ${line.textPlain.join(' ')}`)
      );
    });
    assert.deepEqual(ordinary, []);
  });

  it('EC-33: no message of the corpora makes the parser throw, invitations are told apart', () => {
    for (const set of ['torture', 'everyday', 'dsn', 'tnef']) {
      for (const file of filesOf(set)) {
        const raw = readFileSync(`${corpora}mime/${set}/${file}`);
        if (raw.length > 0) parseMailSync(raw);
      }
    }
    const others = filesOf('imip').filter(
      (file) => !parseMailSync(readFileSync(`${corpora}mime/imip/${file}`)).isMeetingMessage,
    );
    // Its own name says it: a calendar that is published.
    assert.deepEqual(
      others.map((file) => /message-[\w-]+\.eml$/.exec(file)?.[0]),
      ['message-non-invite.eml'],
    );
  });
});
