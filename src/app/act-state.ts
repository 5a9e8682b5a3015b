import { LinkState } from '../pipelines/synchronization/link.ts';
import type { RecordReads } from '../store/record-store.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { choiceLabel } from './cli/labels.ts';

/** How the synchronisation of a mailbox stands. */
export interface ActState {
  /** Number of links by the label of their state; states without links are left out. */
  readonly links: Readonly<Record<string, number>>;
  readonly failing: number;
  /** When the first of those that failed is tried again. */
  readonly nextTryOn: Date | undefined;
  /** Conflicts that were decided and that nobody has marked as seen. */
  readonly conflicts: number;
}

/** Counts the links of a mailbox by state, and what failed (AC-18), as the reader may see them. */
export async function readActState(
  records: Pick<RecordReads, 'count' | 'retrieveMultiple'>,
  mailbox: RecordOf<'mailbox'>,
): Promise<ActState> {
  const of = { column: 'mr_mailboxid', operator: 'eq', value: mailbox.mailboxid ?? '' } as const;
  const links: Record<string, number> = {};
  for (const state of Object.values(LinkState)) {
    const count = await records.count('exchangesyncidmapping', {
      and: [of, { column: 'mr_linkstate', operator: 'eq', value: state }],
    });
    if (count > 0) links[choiceLabel('exchangesyncidmapping', 'mr_linkstate', state)] = count;
  }
  const hasFailed = { column: 'retries', operator: 'gt', value: 0 } as const;
  const failing = await records.count('exchangesyncidmapping', { and: [of, hasFailed] });
  const first = await records.retrieveMultiple({
    table: 'exchangesyncidmapping',
    columns: ['mr_nexttryon'],
    filter: { and: [of, hasFailed, { column: 'mr_nexttryon', operator: 'notNull' }] },
    orderBy: [{ column: 'mr_nexttryon' }],
    limit: 1,
  });
  const conflicts = await records.count('syncerror', {
    and: [
      { column: 'errortype', operator: 'eq', value: 0 },
      { column: 'statecode', operator: 'eq', value: 0 },
      { column: 'ownerid', operator: 'eq', value: mailbox.ownerid?.id ?? '' },
    ],
  });
  return { links, failing, nextTryOn: first.rows[0]?.mr_nexttryon ?? undefined, conflicts };
}
