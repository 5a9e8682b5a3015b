import { refuse } from '../rules/refuse.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import type { Database } from '../store/database.ts';
import { readOverview } from '../store/read-overview.ts';
import type { ActionHandlers } from '../webapi/actions.ts';

/** Hours told when none are named, and the most (31 days). */
const usualHours = 24;
const mostHours = 744;

/** The message that tells administrators how the whole of it stands. */
export function overviewActions({ database }: { readonly database: Database }): ActionHandlers<RuledStore> {
  return {
    mr_RetrieveOverview: async ({ caller, clock }, _bound, parameters) => {
      if (!caller.isAdministrator)
        refuse('80040220', 'The overview counts the mail of everybody and is for administrators. Ask one for a role.');
      const hours = Math.min(mostHours, Math.max(1, Number(parameters.Hours ?? usualHours)));
      const facts = await readOverview((text, values) => database.sql(text, values), clock.now(), hours);
      return {
        Hours: facts.hours.map((hour) => ({ Start: hour.start, Incoming: hour.incoming, Outgoing: hour.outgoing })),
        MailboxStates: Object.entries(facts.mailboxStates).map(([State, Count]) => ({ State, Count })),
        LagSeconds: facts.lag.seconds,
        LagMailboxId: facts.lag.mailboxid,
        Backlog: facts.lag.backlog,
        WaitingSends: facts.sends.waiting,
        RunningSends: facts.sends.sending,
        FailedSends: facts.sends.failed,
        UncertainSends: facts.sends.uncertain,
        OldestWaitingOn: facts.sends.oldestWaitingOn,
        OpenErrors: facts.alerts.errors,
        OpenWarnings: facts.alerts.warnings,
        Quarantined: facts.quarantined,
        HeldFor: facts.heldFor,
        ScheduledTurns: facts.turns.scheduled,
        OverdueTurns: facts.turns.overdue,
        OldestDueOn: facts.turns.oldestDueOn,
        Workers: facts.workers.map((worker) => ({
          Name: worker.name,
          Turns: worker.turns,
          Expired: worker.expired,
          LeaseUntil: worker.leaseUntil,
        })),
      };
    },
  };
}
