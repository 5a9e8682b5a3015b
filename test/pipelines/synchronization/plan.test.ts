import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { massChange } from '../../../src/pipelines/synchronization/mass-change.ts';
import { decisions, planAction } from '../../../src/pipelines/synchronization/plan.ts';

describe('what is done about a pair', () => {
  it('AC-02, AC-04, AC-05: made, made here, merged', () => {
    assert.equal(planAction('new', 'none'), 'createItem');
    assert.equal(planAction('none', 'new'), 'createRecord');
    assert.equal(planAction('changed', 'changed'), 'merge');
    assert.equal(planAction('same', 'same'), 'nothing');
  });

  it('AC-10: a deletion meets a change; AC-11, AC-12: the record left; AC-14: untracking beats all', () => {
    assert.equal(planAction('changed', 'deleted'), 'removeOrRestore');
    assert.equal(planAction('deleted', 'changed'), 'removeItem');
    assert.equal(planAction('left', 'same'), 'removeItem');
    for (const record of ['same', 'changed', 'left'] as const) assert.equal(planAction(record, 'untracked'), 'unlink');
  });

  it('AC-10: what is gone on both sides is forgotten, and nothing deleted is ever made again by itself', () => {
    assert.equal(planAction('deleted', 'deleted'), 'forget');
    assert.notEqual(decisions.deleted.same, 'createRecord');
    assert.notEqual(decisions.same.deleted, 'createItem');
  });
});

describe('mass changes', () => {
  const limits = { most: 25, percent: 30, mostNew: 500 };
  const counts = { linked: 100, deleteItems: 0, deleteRecords: 0, createItems: 0, createRecords: 0, unlink: 0 };

  it('AC-12, FI-09: more than so many and such a share are asked about', () => {
    assert.equal(massChange({ ...counts, deleteRecords: 25 }, limits), undefined);
    assert.equal(massChange({ ...counts, linked: 1000, deleteRecords: 300 }, limits), undefined);
    assert.match(massChange({ ...counts, deleteRecords: 31 }, limits) ?? '', /31 of 100 linked records/);
    assert.match(massChange({ ...counts, deleteItems: 31 }, limits) ?? '', /deleted in Exchange/);
    assert.match(massChange({ ...counts, unlink: 31 }, limits) ?? '', /lose their link/);
    assert.match(massChange({ ...counts, createItems: 501 }, limits) ?? '', /501 items would be made/);
    assert.equal(massChange({ ...counts, createItems: 501 }, { ...limits, mostNew: 0 }), undefined);
  });

  it('AC-12: a side that is suddenly empty is asked about, however few they are', () => {
    assert.match(massChange({ ...counts, linked: 5, deleteRecords: 5 }, limits) ?? '', /gone in Exchange/);
    assert.match(massChange({ ...counts, linked: 5, deleteItems: 5 }, limits) ?? '', /gone here/);
    assert.equal(massChange({ ...counts, linked: 4, deleteItems: 4 }, limits), undefined);
    assert.equal(massChange({ ...counts, linked: 5, deleteItems: 5 }, { ...limits, percent: 100 }), undefined);
  });
});
