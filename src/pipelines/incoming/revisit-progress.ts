import type { StoreScope } from '../../store/database.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { writeCursor } from './cursors.ts';
import { type IncomingTurn, withLease } from './incoming-turn.ts';
import type { AddedProgress, Revisit } from './revisit.ts';

/** Forgets what was seen on the server, once a revisit: a turn that was running when it was asked for had its own idea of it. */
export async function startRevisit(turn: IncomingTurn, revisit: Revisit): Promise<void> {
  await withLease(turn, async (scope) => {
    await scope.sightings.forget(turn.mailboxid);
    await writeCursor(scope, turn.mailboxid, 'inbox', null);
    await update(scope, turn.mailboxid, revisit, { mr_revisitstartedon: turn.context.clock.now() });
  });
}

/** Notes how many messages a listing leaves to look at. */
export async function noteListed(turn: IncomingTurn, fresh: number): Promise<void> {
  const { revisit } = turn;
  if (revisit === undefined || revisit.progress.total >= revisit.progress.done + fresh) return;
  revisit.progress.total = revisit.progress.done + fresh;
  const { total } = revisit.progress;
  await withLease(turn, (scope) => update(scope, turn.mailboxid, revisit, { mr_revisittotal: total }));
}

/** Writes progress with what this transaction adds to it; add it to `progress` after the commit. */
export async function writeProgress(scope: StoreScope, turn: IncomingTurn, added: AddedProgress): Promise<void> {
  const { revisit } = turn;
  if (revisit === undefined) return;
  await update(scope, turn.mailboxid, revisit, {
    mr_revisitdone: revisit.progress.done + added.done,
    mr_revisittracked: revisit.progress.tracked + added.tracked,
  });
}

/** Adds what a committed transaction did. */
export function noteProgress(turn: IncomingTurn, added: AddedProgress): void {
  const progress = turn.revisit?.progress;
  if (progress === undefined) return;
  progress.done += added.done;
  progress.tracked += added.tracked;
}

/** Ends a revisit that has nothing left to look at. */
export async function endRevisit(turn: IncomingTurn): Promise<void> {
  const { revisit } = turn;
  if (revisit === undefined) return;
  const { done } = revisit.progress;
  const values = { mr_revisittotal: done, mr_revisitdone: done, mr_revisitcompletedon: turn.context.clock.now() };
  await withLease(turn, (scope) => update(scope, turn.mailboxid, revisit, values));
}

/** Changes the mailbox only while it still asks for this revisit and no other. */
async function update(
  scope: StoreScope,
  mailboxid: string,
  revisit: Revisit,
  values: RecordOf<'mailbox'>,
): Promise<void> {
  const isStarting = values.mr_revisitstartedon !== undefined;
  const filter = {
    and: [
      { column: 'mailboxid', operator: 'eq', value: mailboxid },
      { column: 'mr_revisitaskedon', operator: 'eq', value: revisit.askedOn },
      { column: 'mr_revisitstartedon', operator: isStarting ? 'null' : 'notNull' },
    ],
  } as const;
  await scope.records.updateWhere('mailbox', filter, values);
}
