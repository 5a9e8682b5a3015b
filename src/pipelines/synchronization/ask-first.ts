import type { RecordOf } from '../../tables/catalog.ts';
import { ActAnswer } from '../../tables/choices.ts';
import { resolveAlert, writeAlert } from '../trace.ts';
import { type FolderTurn, noteInTurn } from './folder-turn.ts';
import { massChange } from './mass-change.ts';
import type { FolderPlan } from './synchronize-folder.ts';

/** Code of the alert that asks. */
const massChangeCode = 'mr_ActMassChange';

/** What may be done about a plan. */
export type Leave = 'go' | 'keep' | 'wait';

/** Whether a plan may be carried out, and if not, why (AC-12, FI-09): a mass change waits for a person's answer. New items of a first run with a start date were asked about before. Pure. */
export function leaveFor(
  plan: Pick<FolderPlan, 'counts'>,
  turn: Pick<FolderTurn, 'user'>,
  mailbox: RecordOf<'mailbox'>,
  isFirstRun: boolean,
): { readonly leave: Leave; readonly reason: string | undefined } {
  const { switches } = turn.user.settings;
  const reason = massChange(plan.counts, {
    most: switches.mr_ActMostDeletions,
    percent: switches.mr_ActMostDeletionPercent,
    mostNew: isFirstRun && turn.user.startsFrom !== undefined ? 0 : switches.mr_ActMostNewItems,
  });
  if (reason === undefined) return { leave: 'go', reason };
  if (mailbox.mr_actanswer === ActAnswer.goAhead) return { leave: 'go', reason };
  return { leave: mailbox.mr_actanswer === ActAnswer.keep ? 'keep' : 'wait', reason };
}

/** Puts the question on the mailbox and tells its owner. */
export async function askFirst(turn: FolderTurn, reason: string): Promise<void> {
  const now = turn.context.clock.now();
  const { mailbox, settings } = turn.context;
  await noteInTurn(turn, async (records, scope) => {
    await records.update('mailbox', turn.mailboxid, {
      mr_actquestion: `${turn.folder}: ${reason}`,
      mr_actquestionaskedon: mailbox.mr_actquestionaskedon ?? now,
    });
    await writeAlert({ ...scope, records }, settings, now, {
      level: 'warning',
      code: massChangeCode,
      text: `Synchronisation of ${turn.folder} of mailbox "${mailbox.name ?? ''}" waits for an answer: ${reason} Answer with "mailroom act answer <mailbox> go-ahead", or "keep" to delete nothing and only cut the links.`,
      regarding: { table: 'mailbox', id: turn.mailboxid },
      regardingOwner: mailbox.ownerid,
    });
  });
}

/** Forgets question and answer once nothing is asked any more. */
export async function forgetQuestion(turn: FolderTurn): Promise<void> {
  const { mailbox } = turn.context;
  if (!mailbox.mr_actquestion && mailbox.mr_actanswer == null) return;
  await noteInTurn(turn, async (records, scope) => {
    await records.update('mailbox', turn.mailboxid, {
      mr_actquestion: null,
      mr_actquestionaskedon: null,
      mr_actanswer: null,
    });
    const regarding = { table: 'mailbox', id: turn.mailboxid };
    await resolveAlert({ ...scope, records }, regarding, massChangeCode, turn.context.clock.now());
  });
}
