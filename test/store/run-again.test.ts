import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { MailroomError } from '../../src/base/errors.ts';
import { createRows } from '../../src/store/create-rows.ts';
import type { RecordContext } from '../../src/store/record-context.ts';
import type { SqlExecutor } from '../../src/store/sql-executor.ts';
import { testSecretBox } from '../support/database.ts';

describe('a transaction that is run again', () => {
  it('sends the same rows: their memory is not used for others before it has ended', async () => {
    const sent: string[] = [];
    let isFirst = true;
    const executor: SqlExecutor = {
      rows: async () => [],
      copy: async () => undefined,
      arrays: async (text, values = []) => {
        if (text.includes('into "email"')) sent.push(Buffer.concat(values as readonly Buffer[]).toString('hex'));
        else if (isFirst) {
          isFirst = false;
          throw new MailroomError('deadlock detected', { code: 'mr_Deadlock', kind: 'internal' });
        }
        return [];
      },
      // As `inTransaction`: what a deadlock ended is run again.
      within: async (work) => {
        try {
          return await work(executor);
        } catch {
          return work(executor);
        }
      },
    };
    const context = {
      executor,
      clock: systemClock,
      secretBox: testSecretBox,
      userId: undefined,
    } as unknown as RecordContext;
    const rows = Array.from({ length: 40 }, (_, index) => ({
      subject: `Mail ${index}`,
      to: [{ addressused: `to${index}@far.example` }, { addressused: 'second@far.example' }],
    }));
    await createRows(context, 'email', rows, false);
    assert.equal(sent.length, 2);
    assert.equal(sent[1], sent[0]);
  });
});
