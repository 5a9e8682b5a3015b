import { systemClock } from '../base/clock.ts';
import { MailroomError } from '../base/errors.ts';
import type { ActPort } from '../contracts/act-port.ts';
import type { ActParts } from '../pipelines/synchronization/pipeline.ts';
import type { TurnContext } from '../pipelines/turn.ts';
import { createAccessDirectory } from '../store/access-directory.ts';
import { readOrganizationSettings } from '../store/organization-settings.ts';
import type { RecordOf } from '../tables/catalog.ts';
import type { DatabaseContext } from './cli/command-context.ts';
import { createConnect } from './connectors.ts';
import { createDescribeUser } from './describe-user.ts';
import { createOpenActCaller } from './open-act-caller.ts';

/** Connects to a mailbox and runs `work` with all that a turn has but its lease. Throws MailroomError when there is no way to its calendar, contacts and tasks. */
export async function withActPort<T>(
  context: DatabaseContext,
  mailbox: RecordOf<'mailbox'>,
  work: (turn: TurnContext, parts: ActParts, port: ActPort) => Promise<T>,
): Promise<T> {
  const { database, secretBox, loaded, organization, log } = context;
  const profileId = mailbox.emailserverprofile?.id;
  const profile =
    profileId === undefined ? undefined : await database.records.retrieve('emailserverprofile', profileId);
  if (profile === undefined) {
    throw new MailroomError(`Mailbox "${mailbox.name ?? ''}" has no email server profile. Give it one.`, {
      code: '8005E228',
      kind: 'configuration',
    });
  }
  const settings = await readOrganizationSettings(database.records);
  const connect = createConnect({ records: database.records, secretBox, clientName: loaded.config.clientName });
  const { signal } = new AbortController();
  const connector = await connect(mailbox, profile, 'incoming', signal, { gates: settings.gates });
  try {
    if (connector.act === undefined) {
      throw new MailroomError(`Profile "${profile.name ?? ''}" carries mail only. Choose an Exchange profile.`, {
        code: '8005E247',
        kind: 'configuration',
      });
    }
    const describeUser = createDescribeUser(createAccessDirectory(database));
    const openCaller = createOpenActCaller({
      database,
      callerOf: async (systemuserid) => {
        const known = await describeUser(systemuserid);
        return known && { systemuserid, ...known };
      },
      onMailboxesTouched: () => {},
      clock: systemClock,
    });
    const lease = { mailboxid: mailbox.mailboxid ?? '', work: 'act', token: 0n, expiresOn: new Date(0) } as const;
    const turn: TurnContext = {
      database,
      lease,
      mailbox,
      profile,
      settings,
      systemUserId: organization.systemUserId,
      connect: async () => connector,
      clock: systemClock,
      log,
      signal,
      maxItems: 0,
    };
    return await work(turn, { openCaller }, connector.act);
  } finally {
    await connector.close().catch(() => connector.abort());
  }
}
