import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { createParameters } from '../../src/store/filter-scope.ts';
import type { RowLimits } from '../../src/store/row-limit.ts';
import { joinedSourceSql } from '../../src/store/row-limit-sql.ts';
import { layoutOf } from '../../src/store/table-layout.ts';

const own = { anyOf: [{ column: 'ownerid', ids: [randomUUID()] }] };
const others = { anyOf: [{ column: 'ownerid', ids: [randomUUID()] }] };
const parts = { anyOf: [{ parent: 'activityid', table: 'activitypointer' }] } as const;

/** Limits of a reader: parties are open with their activity. */
const limitsWith =
  (pointers: typeof own): RowLimits =>
  (table) =>
    table === 'activityparty' ? parts : table === 'activitypointer' ? pointers : own;

const source = (
  limits: RowLimits | undefined,
  column: string,
  parent: 'appointment' | 'activitypointer' | 'contact',
  to: string,
) =>
  joinedSourceSql(
    { layout: layoutOf('activityparty'), qualifier: 'mr_r0.', column },
    { layout: layoutOf(parent), qualifier: 't0.', column: to },
    createParameters(limits),
  );

describe('SE-07: rows that are joined to what opens them', () => {
  it('are taken as they are where the reader sees that already', () => {
    const all = '"activityparty" mr_r0';
    assert.equal(source(limitsWith(own), 'activityid', 'appointment', 'activityid'), all);
    assert.equal(source(limitsWith(own), 'activityid', 'activitypointer', 'activityid'), all);
    assert.equal(source(undefined, 'activityid', 'appointment', 'activityid'), all);
  });

  it('are limited where another column joins them, or what they belong to is open otherwise than its row', () => {
    const limited = /exists .*"activitypointer"/;
    assert.match(source(limitsWith(own), 'partyid', 'contact', 'contactid'), limited);
    assert.match(source(limitsWith(own), 'activityid', 'appointment', 'regardingobjectid'), limited);
    assert.match(source(limitsWith(others), 'activityid', 'appointment', 'activityid'), limited);
    assert.match(source(limitsWith(own), 'activityid', 'contact', 'contactid'), limited);
  });
});
