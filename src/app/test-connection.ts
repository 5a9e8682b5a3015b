import { asMailroomError, MailroomError } from '../base/errors.ts';
import type { CheckStep, Connector } from '../contracts/connector.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import { lockFor } from '../rules/visible-row.ts';
import type { Database } from '../store/database.ts';
import { readOrganizationSettings } from '../store/organization-settings.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { DeliveryMethod, RecordState } from '../tables/choices.ts';
import type { ActionHandlers } from '../webapi/actions.ts';
import { boundTo } from './bound-to.ts';
import type { Connect } from './connectors.ts';

/** What the test needs beside the caller. */
export interface TestConnectionOptions {
  readonly database: Database;
  readonly connect: Connect;
}

type Direction = 'incoming' | 'outgoing';

/** A caller waits for the answer, milliseconds for each direction. */
const patienceMs = 30_000;

/** `mr_TestConnection`: goes the way to a profile's servers with the credentials of one mailbox, step by step; nothing is read, sent or switched. */
export function testConnectionActions(options: TestConnectionOptions): ActionHandlers<RuledStore> {
  return {
    mr_TestConnection: async (context, bound, parameters) => {
      const id = boundTo(bound, 'emailserverprofile');
      const { profile, mailbox } = await context.records.act(async (rules) => {
        const profile = await lockFor(rules, 'write', 'emailserverprofile', id);
        const wanted =
          parameters.MailboxId === undefined ? await someMailbox(options, profile) : String(parameters.MailboxId);
        return { profile, mailbox: await lockFor(rules, 'write', 'mailbox', wanted) };
      });
      const results = await Promise.all(
        (['incoming', 'outgoing'] as const).map(async (direction) => ({
          direction,
          steps: await stepsOf(options, mailbox, profile, direction),
        })),
      );
      return {
        Ok: results.every(({ steps }) => steps.every((step) => step.ok)),
        MailboxId: mailbox.mailboxid ?? null,
        Steps: results.flatMap(({ direction, steps }) =>
          steps.map((step) => ({
            Direction: direction,
            Name: step.name,
            Ok: step.ok,
            Detail: step.detail,
            ServerReply: step.serverReply ?? null,
          })),
        ),
      };
    },
  };
}

/** The steps to the server of one direction, the failed one last. */
async function stepsOf(
  { database, connect }: TestConnectionOptions,
  mailbox: RecordOf<'mailbox'>,
  profile: RecordOf<'emailserverprofile'>,
  direction: Direction,
): Promise<readonly CheckStep[]> {
  let connector: Connector | undefined;
  try {
    const { gates } = await readOrganizationSettings(database.records);
    connector = await connect(mailbox, profile, direction, AbortSignal.timeout(patienceMs), { gates });
    return connector.steps;
  } catch (thrown) {
    const { message, serverReply } = asMailroomError(thrown);
    return [{ name: 'connect', ok: false, detail: message, serverReply }];
  } finally {
    connector?.abort();
  }
}

/** A mailbox of the profile whose credentials the test may use. Throws `mr_NoMailboxToTest` when there is none. */
async function someMailbox(
  { database }: TestConnectionOptions,
  profile: RecordOf<'emailserverprofile'>,
): Promise<string> {
  const { rows } = await database.records.retrieveMultiple({
    table: 'mailbox',
    columns: ['mailboxid'],
    filter: {
      and: [
        { column: 'emailserverprofile', operator: 'eq', value: profile.emailserverprofileid ?? '' },
        { column: 'statecode', operator: 'eq', value: RecordState.active },
        { column: 'emailaddress', operator: 'notNull' },
        { column: 'incomingemaildeliverymethod', operator: 'ne', value: DeliveryMethod.none },
      ],
    },
    orderBy: [{ column: 'createdon' }],
    limit: 1,
  });
  const id = rows[0]?.mailboxid;
  if (id) return id;
  throw new MailroomError(
    `No active mailbox uses the profile "${profile.name ?? ''}", so there are no credentials to test it with. Give it to a mailbox first, or name one as MailboxId.`,
    { code: 'mr_NoMailboxToTest', kind: 'item' },
  );
}
