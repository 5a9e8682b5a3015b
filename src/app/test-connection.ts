import { MailroomError } from '../base/errors.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import { lockFor } from '../rules/visible-row.ts';
import type { Database } from '../store/database.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { DeliveryMethod, RecordState } from '../tables/choices.ts';
import type { ActionHandlers } from '../webapi/actions.ts';
import { boundTo } from './bound-to.ts';
import type { Connect } from './connectors.ts';
import { tryConnection } from './try-connection.ts';

/** What the test needs beside the caller. */
export interface TestConnectionOptions {
  readonly database: Database;
  readonly connect: Connect;
}

/** `mr_TestConnection`: goes the way to a profile's servers with the credentials of one mailbox, step by step (EP-21). */
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
      const records = options.database.records.as(context.caller.systemuserid);
      const steps = await tryConnection({ records, connect: options.connect, clock: context.clock, profile, mailbox });
      return {
        Ok: steps.every((step) => step.ok),
        MailboxId: mailbox.mailboxid ?? null,
        Steps: steps.map((step) => ({
          Direction: step.direction,
          Name: step.name,
          Ok: step.ok,
          Detail: step.detail,
          ServerReply: step.serverReply ?? null,
        })),
      };
    },
  };
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
