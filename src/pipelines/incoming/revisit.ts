import type { StoreScope } from '../../store/database.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { RevisitKind } from '../../tables/choices.ts';
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

/** Whether a decision stands in the face of a revisit; without one every final decision does (IN-20). Pure. */
export function stands(
  decision: Pick<KnownDecision, 'code' | 'email'>,
  receivedOn: Date,
  revisit: Revisit | undefined,
): boolean {
  if (revisit === undefined || receivedOn.getTime() < revisit.since.getTime() || decision.email !== null) return true;
  return revisit.kind === 'backfill' && decision.code !== 'BeforeStartDate';
}
