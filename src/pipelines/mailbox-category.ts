import { asMailroomError } from '../base/errors.ts';
import type { FolderTracker, MailCategory } from '../contracts/folder-tracker.ts';
import type { StoreScope } from '../store/database.ts';
import { writeAlert } from './trace.ts';
import type { TurnContext } from './turn.ts';

/** Time after which the mailbox's list of categories, and of folders where no rule names one, is looked at again (CT-06), ms. */
const lookMs = 600_000;

/** The tracking category of a mailbox as it was found last, however its user named it. */
export type SeenCategory = MailCategory & { readonly seenOn: number };

/** Reads what is kept in `mr_cursor` of it; undefined for nothing. */
export function parseCategory(text: string | undefined): SeenCategory | undefined {
  const [seenOn, id, name] = (text ?? '').split('\n');
  return id && name ? { id, name, seenOn: Number(seenOn) } : undefined;
}

/** True while no new look at the mailbox's lists is due. */
export function wasSeenLately(known: SeenCategory | undefined, now: Date): boolean {
  return known !== undefined && now.getTime() - known.seenOn < lookMs;
}

/** Reads the category of a mailbox as its turns found it last. */
export async function readSeenCategory(
  scope: Pick<StoreScope, 'sql'>,
  mailboxid: string,
): Promise<SeenCategory | undefined> {
  const [row] = await scope.sql<{ value: string }>(
    "select value from mr_cursor where mailboxid = $1::uuid and work = 'tracking' and name = 'category'",
    [mailboxid],
  );
  return parseCategory(row?.value);
}

/**
 * Sees to it that the mailbox's list has the category, whichever flow comes first, and tells its present name (CT-01, CT-06). A list that
 * the server does not let us change is no trouble: messages and items bear names. Throws MailroomError of a server that cannot be asked now.
 */
export async function lookAtCategory(
  context: TurnContext,
  tracker: Pick<FolderTracker, 'ensureCategory'>,
  wanted: string,
  known: SeenCategory | undefined,
): Promise<string> {
  const { database, lease, clock } = context;
  const now = clock.now();
  const found = await (tracker.ensureCategory?.(known, wanted, context.signal) ?? plain(wanted)).catch(
    (thrown: unknown) => {
      const error = asMailroomError(thrown);
      if (error.kind === 'transient' || error.kind === 'throttled') throw error;
      return plain(wanted);
    },
  );
  await database.transaction(async (scope) => {
    await scope.assertLease(lease.mailboxid, lease.work, lease.token);
    await scope.sql(
      `insert into mr_cursor (mailboxid, work, name, value) values ($1::uuid, 'tracking', 'category', $2)
       on conflict (mailboxid, work, name) do update set value = excluded.value`,
      [lease.mailboxid, [now.getTime(), found.id, found.name].join('\n')],
    );
    if (known === undefined)
      await tellOnce({ ...scope, records: scope.records.as(context.systemUserId) }, context, found);
  });
  return found.name;
}

async function tellOnce(scope: StoreScope, { mailbox, settings, lease, clock }: TurnContext, { name }: MailCategory) {
  await writeAlert(scope, settings, clock.now(), {
    level: 'information',
    code: 'mr_CategoryEnabled',
    text: `Mailbox "${mailbox.name ?? ''}" has the category "${name}". A message that is given it is tracked, and a message that is tracked bears it. To end this, an administrator sets TrackCategorizedItems to false.`,
    regarding: { table: 'mailbox', id: lease.mailboxid },
    regardingOwner: mailbox.ownerid,
    work: 'incoming',
  });
}

const plain = async (name: string): Promise<MailCategory> => ({ id: name, name });
