import { MailroomError } from '../../../src/base/errors.ts';
import type { Database, StoreScope } from '../../../src/store/database.ts';
import type { RecordStore } from '../../../src/store/record-store.ts';

/** What may go wrong in a database under test. */
export interface Faults {
  /** Subjects whose emails the database refuses, as it would a value it cannot hold. */
  readonly poison?: ReadonlySet<string>;
  /** Counts transactions; one for which it says true loses its connection before the commit. */
  readonly loses?: (transaction: number) => boolean;
  /** True when every email is refused with an error of ours. */
  readonly refusesAll?: boolean;
}

/** The database with faults. */
export function faultyDatabase(database: Database, faults: Faults): Database {
  let transactions = 0;
  const transaction: Database['transaction'] = async (work) => {
    transactions += 1;
    const isLost = faults.loses?.(transactions) ?? false;
    return database.transaction(async (scope) => {
      const result = await work(faultyScope(scope, faults));
      if (isLost) throw new MailroomError('connection lost', { code: 'mr_DatabaseUnavailable', kind: 'transient' });
      return result;
    });
  };
  return {
    ...plainScope(database),
    transaction,
    pipelined: (work) => database.pipelined(work),
    close: () => database.close(),
  };
}

function plainScope(scope: StoreScope): StoreScope {
  return {
    records: scope.records,
    fetch: (fetch) => scope.fetch(fetch),
    readsWithin: (limits) => scope.readsWithin(limits),
    blobs: scope.blobs,
    sightings: scope.sightings,
    assertLease: (mailboxid, work, token) => scope.assertLease(mailboxid, work, token),
    sql: (text, values) => scope.sql(text, values),
  };
}

const faultyScope = (scope: StoreScope, faults: Faults): StoreScope => ({
  ...plainScope(scope),
  records: faultyRecords(scope.records, faults),
});

function faultyRecords(records: RecordStore, faults: Faults): RecordStore {
  return {
    ...records,
    as: (id) => faultyRecords(records.as(id), faults),
    createMany: (table, rows, options) => {
      const subjects = rows.map((row) => String((row as { subject?: unknown }).subject));
      if (table === 'email' && faults.refusesAll && rows.length > 0) {
        return Promise.reject(new MailroomError('relation does not exist', { code: '80040216', kind: 'internal' }));
      }
      if (table === 'email' && subjects.some((subject) => faults.poison?.has(subject))) {
        return Promise.reject(new MailroomError('invalid byte sequence', { code: '80040203', kind: 'item' }));
      }
      return records.createMany(table, rows, options);
    },
  };
}
