import type { StoreScope } from '../../store/database.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { RevisitKind } from '../../tables/choices.ts';
import { writeCursor } from './cursors.ts';
import { type IncomingTurn, withLease } from './incoming-turn.ts';
import type { KnownDecision } from './known-mail.ts';

/** A second look at what lies on a server, asked for by a person or by Test & Enable (TE-09). */
export interface Revisit {
  /**
   * `backfill`: messages never judged, those from before the start date among them; what was decided stands.
   * `reevaluation`: the filters are asked again about what was not tracked, and emails deleted here come back (IN-31).
   */
  readonly kind: 'backfill' | 'reevaluation';
  /** Messages received before are left as they are; goes before the mailbox's start date. */
  readonly since: Date;
  /** Tells one request from the next. */
  readonly askedOn: Date;
  readonly isStarted: boolean;
  /** As far as it is now. */
  readonly progress: RevisitProgress;
}

/** How far a revisit is; kept up to date as groups are committed. */
export interface RevisitProgress {
  /** Messages to look at. */
  total: number;
  done: number;
  /** Of them, those that became emails. */
  tracked: number;
}

/** What one transaction adds to it. */
export type AddedProgress = Readonly<Pick<RevisitProgress, 'done' | 'tracked'>>;

/** The columns of a mailbox that hold a revisit. */
export const revisitColumns = [
  'mr_revisitkind',
  'mr_revisitfrom',
  'mr_revisitaskedon',
  'mr_revisitstartedon',
  'mr_revisitcompletedon',
  'mr_revisittotal',
  'mr_revisitdone',
  'mr_revisittracked',
] as const;

/** The revisit that a mailbox row asks for; undefined when there is none, or it is done. */
export function revisitOf(mailbox: RecordOf<'mailbox'>): Revisit | undefined {
  const { mr_revisitaskedon: askedOn, mr_revisitfrom: since, mr_revisitcompletedon: completedOn } = mailbox;
  if (!askedOn || !since || completedOn) return undefined;
  return {
    kind: mailbox.mr_revisitkind === RevisitKind.backfill ? 'backfill' : 'reevaluation',
    since,
    askedOn,
    isStarted: mailbox.mr_revisitstartedon != null,
    progress: {
      total: mailbox.mr_revisittotal ?? 0,
      done: mailbox.mr_revisitdone ?? 0,
      tracked: mailbox.mr_revisittracked ?? 0,
    },
  };
}

/**
 * Asks for a revisit, in place of one under way; the next incoming turns of the mailbox carry it out, however often they are cut
 * short. Call it in a transaction, and schedule the mailbox after the commit.
 */
export async function askRevisit(
  scope: Pick<StoreScope, 'records'>,
  mailboxid: string,
  revisit: Pick<Revisit, 'kind' | 'since' | 'askedOn'>,
): Promise<void> {
  await scope.records.update('mailbox', mailboxid, {
    mr_revisitkind: RevisitKind[revisit.kind],
    mr_revisitfrom: revisit.since,
    mr_revisitaskedon: revisit.askedOn,
    mr_revisitstartedon: null,
    mr_revisitcompletedon: null,
    mr_revisittotal: null,
    mr_revisitdone: null,
    mr_revisittracked: null,
  });
}

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

/** Whether a decision stands in the face of a revisit; without one every final decision does (IN-20). Pure. */
export function stands(
  decision: Pick<KnownDecision, 'code' | 'email'>,
  receivedOn: Date,
  revisit: Revisit | undefined,
): boolean {
  if (revisit === undefined || receivedOn.getTime() < revisit.since.getTime() || decision.email !== null) return true;
  return revisit.kind === 'backfill' && decision.code !== 'BeforeStartDate';
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
