import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeItem } from '../../../../src/pipelines/incoming/tracking/judge-item.ts';
import { markDecisions } from '../../../../src/pipelines/incoming/tracking/judge-mark.ts';

const startOn = new Date('2026-06-01T00:00:00Z');
const before = new Date('2026-05-31T00:00:00Z');
const since = new Date('2026-06-02T00:00:00Z');
const mail = { isMail: true, receivedOn: before, modifiedOn: before };

test('FT-20: what lay in the folder is taken by when it changed, where the server does not tell by when it came', () => {
  const facts = { isKnown: false, isOnboarding: true, startOn };
  assert.equal(judgeItem({ ...facts, item: mail }), 'old');
  assert.equal(judgeItem({ ...facts, item: { ...mail, modifiedOn: since } }), 'take');
  assert.equal(judgeItem({ ...facts, item: { ...mail, modifiedOn: undefined } }), 'old');
  assert.equal(judgeItem({ ...facts, item: { ...mail, modifiedOn: undefined, receivedOn: since } }), 'take');
  assert.equal(judgeItem({ ...facts, item: { ...mail, modifiedOn: undefined, receivedOn: undefined } }), 'take');
  assert.equal(judgeItem({ ...facts, item: { ...mail, modifiedOn: startOn } }), 'take');
});

test('FT-07: what is put into the folder later is taken whatever its dates', () => {
  assert.equal(judgeItem({ item: mail, isKnown: false, isOnboarding: false, startOn }), 'take');
});

test('FT-07: what was dealt with is left alone, and what is no mail', () => {
  assert.equal(judgeItem({ item: mail, isKnown: true, isOnboarding: false, startOn }), 'known');
  assert.equal(judgeItem({ item: { ...mail, isMail: false }, isKnown: false, isOnboarding: false, startOn }), 'other');
});

test('CT-03, CT-04, CT-05: the category put on tracks, taken off untracks, and our own marks are echoes', () => {
  const table = Object.entries(markDecisions).map(([state, { on, off }]) => [
    state,
    `${on.action} > ${on.next}`,
    `${off.action} > ${off.next}`,
  ]);
  assert.deepEqual(table, [
    ['none', 'track > marked', 'nothing > none'],
    ['due', 'nothing > marked', 'nothing > due'],
    ['marked', 'nothing > marked', 'untrack > removed'],
    ['removed', 'track > marked', 'nothing > removed'],
  ]);
});
