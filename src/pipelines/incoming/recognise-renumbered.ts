import type { MailHandlePage } from '../../contracts/mail-retriever.ts';
import { mailFingerprint } from '../../formats/mail-fingerprint.ts';
import { type IncomingTurn, withLease } from './incoming-turn.ts';

/**
 * Gives what was dealt with before its new ids, after the server numbered its messages anew: by Message-ID, size and time of arrival, so
 * that no body is fetched for it (PAIN-09). What is not recognised so is judged by its head.
 */
export async function recogniseRenumbered(turn: IncomingTurn, page: MailHandlePage): Promise<void> {
  const listed = page.handles.flatMap(({ serverId, messageId, sizeBytes, receivedOn }) => {
    if (messageId === undefined || sizeBytes === undefined) return [];
    const fingerprint = mailFingerprint(messageId, sizeBytes, receivedOn);
    return fingerprint === undefined ? [] : [{ serverId, fingerprint }];
  });
  if (listed.length === 0) return;
  const renamed = await withLease(turn, async (scope) => {
    const pairs = await scope.sightings.rename(turn.mailboxid, listed);
    for (const table of ['mr_quarantine', 'mr_maildecision'])
      await scope.sql(
        `update ${table} set mr_serverid = renamed.to_id from unnest($2::text[], $3::text[]) renamed(from_id, to_id)
         where mr_mailboxid = $1::uuid and mr_serverid = renamed.from_id`,
        [turn.mailboxid, pairs.map(({ from }) => from), pairs.map(({ to }) => to)],
      );
    return pairs.length;
  });
  const { log } = turn.context;
  log.info(
    { mailboxid: turn.mailboxid, listed: page.handles.length, recognised: renamed },
    'the server numbered its messages anew; what was dealt with before keeps its place',
  );
}
