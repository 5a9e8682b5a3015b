import type { Clock } from '../base/clock.ts';
import { MailroomError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { ActPort } from '../contracts/act-port.ts';
import type { ActParts } from '../pipelines/synchronization/pipeline.ts';
import type { TurnContext } from '../pipelines/turn.ts';
import { createAccessDirectory } from '../store/access-directory.ts';
import type { Database } from '../store/database.ts';
import { readOrganizationSettings } from '../store/organization-settings.ts';
import { categoryOfItems } from '../store/present-category.ts';
import type { RecordOf } from '../tables/catalog.ts';
import type { Connect } from './connectors.ts';
import { createDescribeUser } from './describe-user.ts';
import { createOpenActCaller } from './open-act-caller.ts';

/** What reaching a mailbox's calendar, contacts and tasks needs beside the mailbox. */
export interface ActAccess {
  readonly database: Database;
  readonly connect: Connect;
  readonly clock: Clock;
  readonly log: Log;
}

/** Users as the engine opens them for synchronisation. */
export function actParts({ database, clock }: Pick<ActAccess, 'database' | 'clock'>): ActParts {
  const describeUser = createDescribeUser(createAccessDirectory(database));
  const openCaller = createOpenActCaller({
    database,
    callerOf: async (systemuserid) => {
      const known = await describeUser(systemuserid);
      return known && { systemuserid, ...known };
    },
    onMailboxesTouched: () => {},
    clock,
  });
  return { openCaller };
}

/** Connects to a mailbox and runs `work` with all that a turn has but its lease. Throws MailroomError when there is no way to its calendar, contacts and tasks. */
export async function withActPort<T>(
  access: ActAccess,
  mailbox: RecordOf<'mailbox'>,
  signal: AbortSignal,
  work: (turn: TurnContext, parts: ActParts, port: ActPort) => Promise<T>,
): Promise<T> {
  const { database, connect, clock, log } = access;
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
  const connector = await connect(mailbox, profile, 'incoming', signal, {
    gates: settings.gates,
    trackedCategory: categoryOfItems(settings),
  });
  try {
    if (connector.act === undefined) {
      throw new MailroomError(`Profile "${profile.name ?? ''}" carries mail only. Choose an Exchange profile.`, {
        code: '8005E247',
        kind: 'configuration',
      });
    }
    const lease = { mailboxid: mailbox.mailboxid ?? '', work: 'act', token: 0n, expiresOn: new Date(0) } as const;
    const turn: TurnContext = {
      database,
      lease,
      mailbox,
      profile,
      settings,
      systemUserId: mailbox.ownerid?.id ?? '',
      connect: async () => connector,
      clock,
      log,
      signal,
      maxItems: 0,
    };
    return await work(turn, actParts(access), connector.act);
  } finally {
    await connector.close().catch(() => connector.abort());
  }
}
