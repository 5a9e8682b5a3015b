import type { StoreScope } from '../../store/database.ts';
import { updateMany } from '../../store/update-many.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { DeliveryStatus, EmailState, EmailStatus, PartyMask } from '../../tables/choices.ts';
import type { TurnContext } from '../turn.ts';
import type { PartyRow } from './outgoing-email.ts';

/** An email of which a delivery report told before its own outcome was written. */
export interface BouncedEmail {
  /** True when no recipient has it or may still get it. */
  readonly reachedNobody: boolean;
}

/** Of these emails, those with a recipient whose delivery failed, by id. */
export async function readBounced(
  scope: StoreScope,
  emailIds: readonly string[],
): Promise<ReadonlyMap<string, BouncedEmail>> {
  const page = await scope.records.retrieveMultiple({
    table: 'activityparty',
    columns: ['activityid', 'mr_deliverystatus'],
    filter: {
      and: [
        { column: 'activityid', operator: 'in', value: emailIds },
        { column: 'participationtypemask', operator: 'in', value: [PartyMask.to, PartyMask.cc, PartyMask.bcc] },
      ],
    },
  });
  const statuses = new Map<string, (number | null | undefined)[]>();
  for (const row of page.rows) {
    const id = row.activityid?.id ?? '';
    statuses.set(id, [...(statuses.get(id) ?? []), row.mr_deliverystatus]);
  }
  const isOut = (status: number | null | undefined): boolean =>
    status === DeliveryStatus.bounced || status === DeliveryStatus.rejected;
  return new Map(
    [...statuses]
      .filter(([, all]) => all.includes(DeliveryStatus.bounced))
      .map(([id, all]) => [id, { reachedNobody: all.every(isOut) }]),
  );
}

/** What is written on an email after its try: the words of a delivery report that came first stay, and it is Failed where the organisation wants that (UD-04). */
export function withBounce(
  context: TurnContext,
  values: RecordOf<'email'>,
  bounce: BouncedEmail | undefined,
): RecordOf<'email'> {
  if (bounce === undefined) return values;
  const { mr_lasterrorcode: _code, mr_lasterror: _error, mr_serverreply: _reply, ...rest } = values;
  const isFailed =
    context.settings.switches.mr_SetFailedOnDeliveryReport &&
    bounce.reachedNobody &&
    values.statuscode === EmailStatus.sent;
  return isFailed ? { ...rest, statuscode: EmailStatus.failed, statecode: EmailState.open } : rest;
}

/** Recipients whose delivery failed and who are tried anew: what fails now is told apart from what failed before. In the caller's transaction. */
export async function reopenBounced(
  scope: StoreScope,
  context: TurnContext,
  parties: readonly PartyRow[],
): Promise<void> {
  const rows = parties
    .filter((party) => party.mr_deliverystatus === DeliveryStatus.bounced)
    .map((party) => ({ id: party.activitypartyid ?? '', values: { mr_deliverystatus: DeliveryStatus.notSent } }));
  await updateMany(scope, 'activityparty', rows, { now: context.clock.now(), userId: context.systemUserId });
}
