import { refreshStatistics } from '../../store/refresh-statistics.ts';
import type { TableName } from '../../tables/catalog.ts';
import { resolveAlert, writeAlert } from '../trace.ts';
import type { TurnContext } from '../turn.ts';
import type { ActFilter } from './act-filters.ts';
import { actTypes } from './act-types.ts';
import { type FolderTurn, noteInTurn } from './folder-turn.ts';
import { type FolderPlan, planFolder, readActCursor } from './synchronize-folder.ts';

/** Code of the alert that asks. */
const firstRunCode = 'mr_ActFirstRun';

/** What a first synchronisation fills: the next pass reads all of it. */
const filledTables: readonly TableName[] = [
  ...actTypes.map(({ table }) => table),
  'activityparty',
  'exchangesyncidmapping',
];

/** The first synchronisation of a mailbox. */
export interface FirstRun {
  /** What was planned for a folder to find out how much there is to do; undefined when the run began in an earlier turn. */
  planOf(turn: FolderTurn): FolderPlan | undefined;
  /** Notes that so many more of the records and items that were new at the start were dealt with. */
  advance(count: number): Promise<void>;
  /** Notes that it is over, and has the tables counted that it made grow. */
  complete(): Promise<void>;
}

/** `waits` when nobody has said yet from when on records are carried; undefined for a mailbox that was synchronised before. */
export type FirstRunState = FirstRun | 'waits' | undefined;

/**
 * Finds out whether a mailbox is synchronised for the first time, and asks from when on, unless that is known or the organisation does
 * not want it asked (`mr_ActAsksForStart`). Nothing to make is nothing to ask.
 */
export async function beginFirstRun(
  turns: readonly FolderTurn[],
  filters: readonly ActFilter[],
): Promise<FirstRunState> {
  const [turn] = turns;
  if (turn === undefined) return undefined;
  const { mailbox } = turn.context;
  if (mailbox.mr_actfirstcompletedon) return undefined;
  if (mailbox.mr_actfirststartedon)
    return firstRun(turn, mailbox.mr_actfirstdone ?? 0, mailbox.mr_actfirsttotal ?? 0, []);
  for (const one of turns) if ((await readActCursor(one)) !== null) return undefined;
  const all = await planAll(turns, filters);
  const total = all.reduce((sum, { plan }) => sum + newPairs(plan), 0);
  if (total === 0) return undefined;
  if (turn.user.settings.switches.mr_ActAsksForStart && turn.user.startsFrom === undefined) {
    const ahead = turns.map((one) => ({ ...one, user: { ...one.user, startsFrom: one.user.now } }));
    await ask(turn, wordsOf(all), wordsOf(await planAll(ahead, filters)));
    return 'waits';
  }
  const now = turn.context.clock.now();
  await noteInTurn(turn, async (records, scope) => {
    await records.update('mailbox', turn.mailboxid, {
      mr_actfirststartedon: now,
      mr_actfirsttotal: total,
      mr_actfirstdone: 0,
    });
    await resolveAlert({ ...scope, records }, { table: 'mailbox', id: turn.mailboxid }, firstRunCode, now);
  });
  return firstRun(turn, 0, total, all);
}

function firstRun(turn: FolderTurn, from: number, total: number, planned: readonly Planned[]): FirstRun {
  let done = from;
  const note = (values: object): Promise<unknown> =>
    noteInTurn(turn, (records) => records.update('mailbox', turn.mailboxid, values));
  return {
    planOf: (wanted) => planned.find((one) => one.turn === wanted)?.plan,
    async advance(count) {
      if (count === 0) return;
      done = Math.min(total, done + count);
      await note({ mr_actfirstdone: done });
    },
    async complete() {
      await note({ mr_actfirstdone: total, mr_actfirstcompletedon: turn.context.clock.now() });
      await refreshStatistics(turn.context.database, filledTables);
    },
  };
}

interface Planned {
  readonly turn: FolderTurn;
  readonly plan: FolderPlan;
}

async function planAll(turns: readonly FolderTurn[], filters: readonly ActFilter[]): Promise<readonly Planned[]> {
  const planned: Planned[] = [];
  for (const turn of turns) planned.push({ turn, plan: await planFolder(turn, filters, null) });
  return planned;
}

/** What has no link yet, on either side. */
const newPairs = ({ pairs }: FolderPlan): number => pairs.filter(({ link }) => link === undefined).length;

function wordsOf(planned: readonly Planned[]): string {
  const items = planned.map(({ turn, plan }) => `${plan.counts.createItems} in ${turn.folder}`);
  const records = planned.reduce((sum, { plan }) => sum + plan.counts.createRecords, 0);
  return `${items.join(', ')} would be made in Exchange and ${records} records here`;
}

async function ask(turn: FolderTurn, all: string, ahead: string): Promise<void> {
  const { mailbox, settings, clock }: TurnContext = turn.context;
  const question = `From when on shall appointments and tasks be carried? Of everything: ${all}. Of what is not over yet: ${ahead}.`;
  const now = clock.now();
  await noteInTurn(turn, async (records, scope) => {
    await records.update('mailbox', turn.mailboxid, {
      mr_actquestion: question,
      mr_actquestionaskedon: mailbox.mr_actquestionaskedon ?? now,
    });
    await writeAlert({ ...scope, records }, settings, now, {
      level: 'warning',
      code: firstRunCode,
      text: `The first synchronisation of mailbox "${mailbox.name ?? ''}" waits for a start date. ${question} Say it with "mailroom act start <mailbox> 2026-01-01", or all instead of a date; it can be undone with "mailroom act undo".`,
      regarding: { table: 'mailbox', id: turn.mailboxid },
      regardingOwner: mailbox.ownerid,
    });
  });
}
