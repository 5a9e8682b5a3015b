import type { RecordStore } from '../../store/record-store.ts';
import { asTracked, type DecidedMail, decideGroup } from './decide-group.ts';
import type { IncomingMail } from './incoming-mail.ts';
import type { IncomingTurn } from './incoming-turn.ts';
import { type Drafts, draftEmails, emailRows, partsOf, prepareRows, type RowsOf } from './make-emails.ts';
import type { TrackedMail } from './tracked-mail.ts';

/** What a group of messages is to become, and the rows that say so, ready to be written. */
export interface GroupPlan {
  readonly decided: readonly DecidedMail[];
  readonly drafts: Drafts;
  readonly emails: RowsOf;
  readonly parts: readonly RowsOf[];
}

/** A group that was planned while others before it were still being written. */
export interface PlannedGroup {
  /** The plan; undefined where the group is to be decided in its transaction. Ask when all groups before have ended. */
  usable(): Promise<GroupPlan | undefined>;
  /** Says how it ended: true when all came as the plan said and nothing else changed, so that plans which counted on it hold. */
  end(asPlanned: boolean): void;
}

interface Entry extends PlannedGroup {
  plan(): Promise<GroupPlan | undefined>;
  readonly ended: Promise<void>;
  isOpen(): boolean;
  /** True when the plan counts on something that came otherwise. */
  isVoid(): boolean;
  cameOtherwise(): boolean;
}

/** Plans groups of one turn in their order. */
export interface Planner {
  plan(mails: readonly IncomingMail[]): PlannedGroup;
}

/**
 * Decides about groups and makes their rows while those before them are being written. What the database does not show yet, the emails
 * of the groups on their way, is taken from their plans; where one of them ends otherwise than planned, or links earlier emails anew,
 * plans that counted on it are void and their groups are decided in their transactions, as are those of turns whose judging depends
 * on more than that.
 */
export function createPlanner(turn: IncomingTurn): Planner {
  const { settings } = turn.context;
  const isPlain = !turn.isForward && turn.revisit === undefined && !settings.smartMatchingEnabled;
  let before: readonly Entry[] = [];
  return {
    plan(mails) {
      const counted = before.filter((one) => one.isOpen());
      const entry = createEntry(counted, (others) => (isPlain ? planGroup(turn, others, mails) : undefined));
      before = [...counted, entry];
      return entry;
    },
  };
}

function createEntry(
  before: readonly Entry[],
  make: (others: readonly GroupPlan[]) => Promise<GroupPlan | undefined> | undefined,
): Entry {
  let state: 'open' | 'asPlanned' | 'otherwise' = 'open';
  let tell: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    tell = resolve;
  });
  // All that is kept here of others is forgotten when the group has ended, or each would keep all before it in memory.
  let counted = before;
  /** Those whose plans this one counts on. */
  let trusted: Entry[] = [];
  const isVoid = (): boolean => trusted.some((one) => one.cameOtherwise() || (one.isOpen() && one.isVoid()));
  const planned = async (): Promise<GroupPlan | undefined> => {
    const others: GroupPlan[] = [];
    for (const one of counted) {
      const plan = one.isVoid() ? undefined : await one.plan();
      // What it brings is read from the database, once it is there.
      if (plan === undefined || one.isVoid()) await one.ended;
      else {
        trusted.push(one);
        others.push(plan);
      }
    }
    return make(others);
  };
  // What fails here fails again in the transaction, which knows what to make of it.
  let plan = planned().catch(() => undefined);
  return {
    plan: () => plan,
    ended,
    isVoid,
    isOpen: () => state === 'open',
    cameOtherwise: () => state === 'otherwise',
    usable: async () => {
      const found = isVoid() ? undefined : await plan;
      return isVoid() ? undefined : found;
    },
    end(asPlanned) {
      state = asPlanned ? 'asPlanned' : 'otherwise';
      counted = [];
      trusted = [];
      plan = Promise.resolve(undefined);
      tell();
    },
  };
}

async function planGroup(
  turn: IncomingTurn,
  others: readonly GroupPlan[],
  mails: readonly IncomingMail[],
): Promise<GroupPlan | undefined> {
  const onTheWay = others.flatMap(({ decided }) => decided);
  const identities = new Set(onTheWay.map(({ identified }) => identified.mail.identity));
  const isAlone = ({ identity, source }: IncomingMail): boolean =>
    source.quarantineId === undefined && !identities.has(identity);
  if (mails.length === 0 || !mails.every(isAlone)) return undefined;
  const { database, clock, systemUserId } = turn.context;
  const imagined = new Map<string, TrackedMail>();
  for (const one of onTheWay)
    if (one.kind === 'accepted') imagined.set(one.identified.identity, asTracked(one, clock.now()));
  const decided = await decideGroup(database, { ...turn, imagined }, mails);
  return rowsOf(turn, database.records.as(systemUserId), decided);
}

async function rowsOf(turn: IncomingTurn, records: RecordStore, decided: readonly DecidedMail[]): Promise<GroupPlan> {
  const drafts = draftEmails(
    turn,
    decided.filter(({ kind }) => kind === 'accepted'),
  );
  const emails = await emailRows(turn, drafts.emails);
  const [prepared] = await prepareRows(records, [emails]);
  return {
    decided,
    drafts,
    emails: prepared ?? emails,
    parts: await prepareRows(records, partsOf(turn, drafts.emails)),
  };
}
