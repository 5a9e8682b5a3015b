import type { Clock } from '../base/clock.ts';
import { asMailroomError } from '../base/errors.ts';
import type { CheckStep, Connector } from '../contracts/connector.ts';
import { readOrganizationSettings } from '../store/organization-settings.ts';
import type { RecordStore } from '../store/record-store.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { connectionTestColumns, type DirectedStep } from './connection-test-columns.ts';
import type { Connect } from './connectors.ts';

/** What is tried, and as whom what came of it is written. */
export interface ConnectionTrial {
  readonly records: RecordStore;
  readonly connect: Connect;
  readonly clock: Clock;
  readonly profile: RecordOf<'emailserverprofile'>;
  /** Whose credentials are used. */
  readonly mailbox: RecordOf<'mailbox'>;
}

/** A caller waits for the answer, milliseconds for each direction. */
const patienceMs = 30_000;

/**
 * Goes the way to a profile's servers with the credentials of a mailbox, both directions at once, and writes what came of it on the
 * profile (EP-21); nothing is read, sent or switched. Answers the steps in order, a failed one last in its direction; throws store errors alone.
 */
export async function tryConnection(trial: ConnectionTrial): Promise<readonly DirectedStep[]> {
  const { records, clock, profile } = trial;
  const startedOn = clock.now();
  const ways = (['incoming', 'outgoing'] as const).map(async (direction) =>
    (await stepsOf(trial, direction)).map((step) => ({ ...step, direction })),
  );
  const steps = (await Promise.all(ways)).flat();
  const columns = connectionTestColumns(steps, startedOn, clock.now());
  await records.update('emailserverprofile', profile.emailserverprofileid ?? '', columns);
  return steps;
}

async function stepsOf(
  { records, connect, mailbox, profile }: ConnectionTrial,
  direction: DirectedStep['direction'],
): Promise<readonly CheckStep[]> {
  let connector: Connector | undefined;
  try {
    const { gates } = await readOrganizationSettings(records);
    const terms = { gates, checks: true };
    connector = await connect(mailbox, profile, direction, AbortSignal.timeout(patienceMs), terms);
    return connector.steps;
  } catch (thrown) {
    const { message, code, kind, serverReply } = asMailroomError(thrown);
    const name = kind === 'credentials' ? 'signin' : 'connect';
    return [{ name, ok: false, detail: `${message} (${code})`, serverReply }];
  } finally {
    connector?.abort();
  }
}
