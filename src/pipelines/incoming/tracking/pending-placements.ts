import type { IncomingTurn } from '../incoming-turn.ts';
import type { Placement } from './placement.ts';
import { storedTree } from './stored-tree.ts';
import { categoryPlace } from './tracking-cursors.ts';

/** The turn with the places of messages that wait in the quarantine, so that they are judged by where they were found. */
export async function withPlacements(turn: IncomingTurn): Promise<IncomingTurn> {
  const rows = await turn.context.database.sql<{
    serverid: string;
    folderid: string;
    regardingtable: string | null;
    regardingid: string | null;
    path: string | null;
  }>(
    `select i.serverid, i.folderid, i.regardingtable, i.regardingid, f.mr_folderpath as path
     from mr_folderitem i left join mailboxtrackingfolder f on f.mailboxid = i.mailboxid and f.exchangefolderid = i.folderid
     where i.mailboxid = $1::uuid and not i.issettled`,
    [turn.mailboxid],
  );
  if (rows.length === 0) return turn;
  const sent = turn.context.settings.switches.AutoTrackSentFolderItems ? await sentFolderOf(turn) : undefined;
  const placements = new Map(
    rows.map(({ serverid, folderid, regardingtable, regardingid, path }): [string, Placement] => {
      if (folderid === categoryPlace) return [serverid, { kind: 'category', name: turn.marksWith ?? '' }];
      if (folderid === sent) return [serverid, { kind: 'sent', folderId: folderid }];
      const regarding = regardingtable && regardingid ? { table: regardingtable, id: regardingid } : undefined;
      return [serverid, { kind: 'folder', folderId: folderid, path: path ?? 'a tracked folder', regarding }];
    }),
  );
  return { ...turn, placements };
}

async function sentFolderOf(turn: IncomingTurn): Promise<string | undefined> {
  const tree = await storedTree(turn.context.database, turn.mailboxid);
  return tree?.folders.find(({ role }) => role === 'sent')?.id;
}
