import { systemClock } from '../../base/clock.ts';
import { createRuledStore, type RuledStore } from '../../rules/ruled-store.ts';
import { createMailboxLeases } from '../../store/sql-mailbox-leases.ts';
import type { DatabaseContext } from './command-context.ts';

/** Runs `work` as the administrator, under the rules of the tables; mailboxes it touched get a turn of `flow` at once. */
export async function withRuledStore<T>(
  context: DatabaseContext,
  flow: 'incoming' | 'outgoing',
  work: (store: RuledStore) => Promise<T>,
): Promise<T> {
  const touched = new Set<string>();
  const result = await work(
    createRuledStore({
      database: context.database,
      caller: { systemuserid: context.organization.administratorId, isAdministrator: true },
      clock: systemClock,
      onMailboxesTouched: (ids) => {
        for (const id of ids) touched.add(id);
      },
    }),
  );
  const leases = createMailboxLeases(context.database);
  for (const id of touched) await leases.schedule(id, flow, systemClock.now());
  return result;
}
