import type { StoreScope } from '../../../store/database.ts';
import { type IncomingTurn, withLease } from '../incoming-turn.ts';

/** Emails changed in one transaction, at most. */
const mostAtOnce = 500;

interface Change {
  readonly emailid: string;
  readonly table: string;
  readonly id: string;
}

/**
 * Has the emails in tracked folders be about what their folder says (FT-08, FT-10 to FT-13). Of several mailboxes with the same message
 * the first counts (FT-12); what a person untracked is left alone (CT-04). With mr_ManualRegardingWins a folder says so once, and a
 * person's change stays (FT-11).
 */
export async function applyRegarding(turn: IncomingTurn): Promise<void> {
  for (;;) {
    const count = await withLease(turn, async (scope) => {
      const changes = await readChanges(scope, turn);
      await writeChanges(scope, turn.mailboxid, changes);
      return changes.length;
    });
    if (count < mostAtOnce) return;
  }
}

function readChanges(scope: StoreScope, { mailboxid, context }: IncomingTurn): Promise<readonly Change[]> {
  const onceOnly = context.settings.switches.mr_ManualRegardingWins;
  return scope.sql<Change>(
    `with winner as (
       select distinct on (i.emailid) i.emailid, i.mailboxid, i.identity, i.regardingtable, i.regardingid, i.appliedid
       from mr_folderitem i
       where i.regardingid is not null and i.goneon is null
         and i.emailid in (select emailid from mr_folderitem where mailboxid = $1::uuid and emailid is not null)
       order by i.emailid, i.claimedon, i.mailboxid, i.folderid
     )
     select w.emailid, w.regardingtable as "table", w.regardingid as id
     from winner w join email e on e.activityid = w.emailid
     where w.mailboxid = $1::uuid
       and ${onceOnly ? 'w.appliedid is distinct from w.regardingid' : 'e.regardingobjectid is distinct from w.regardingid'}
       and not exists (select 1 from mr_mailmark m where m.mailboxid = w.mailboxid and m.identity = w.identity and m.state = 'removed')
     order by w.emailid limit ${mostAtOnce}`,
    [mailboxid],
  );
}

async function writeChanges(scope: StoreScope, mailboxid: string, changes: readonly Change[]): Promise<void> {
  const regardings = new Map(changes.map(({ table, id }) => [id, table]));
  for (const [id, table] of regardings) {
    const emailIds = changes.flatMap((change) => (change.id === id ? [change.emailid] : []));
    await scope.records.updateWhere(
      'email',
      { column: 'activityid', operator: 'in', value: emailIds },
      { regardingobjectid: { table, id } },
    );
    await scope.sql(
      'update mr_folderitem set appliedid = $2::uuid where mailboxid = $1::uuid and emailid = any($3::uuid[]) and regardingid = $2::uuid',
      [mailboxid, id, emailIds],
    );
  }
}
