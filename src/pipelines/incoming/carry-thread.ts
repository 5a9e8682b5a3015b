import type { StoreScope } from '../../store/database.ts';
import type { EntityReference } from '../../tables/table-definition.ts';

/** What an email hands down to those that answer it. */
export interface ThreadValues {
  readonly conversationTrackingId: string;
  readonly regarding: EntityReference | null;
  readonly trackingToken: string;
}

/** An email below another, as far as it takes things over. */
export interface ThreadNode {
  readonly id: string;
  readonly parentId: string;
  readonly regarding: EntityReference | null;
  readonly trackingToken: string;
}

/** Emails looked at below one, at most. */
const mostNodes = 5000;

/** The emails linked to one, directly or over others, from the top down, without itself. */
export async function readThreadBelow(scope: StoreScope, id: string): Promise<readonly ThreadNode[]> {
  const nodes: ThreadNode[] = [];
  const seen = new Set([id]);
  let level = [id];
  while (level.length > 0 && nodes.length < mostNodes) {
    const page = await scope.records.retrieveMultiple({
      table: 'email',
      columns: ['activityid', 'correlatedactivityid', 'regardingobjectid', 'trackingtoken'],
      filter: { column: 'correlatedactivityid', operator: 'in', value: level },
    });
    level = [];
    for (const row of page.rows) {
      const nodeId = row.activityid ?? '';
      if (seen.has(nodeId)) continue;
      seen.add(nodeId);
      level.push(nodeId);
      nodes.push({
        id: nodeId,
        parentId: row.correlatedactivityid?.id ?? '',
        regarding: row.regardingobjectid ?? null,
        trackingToken: row.trackingtoken ?? '',
      });
    }
  }
  return nodes;
}

/** Hands changed values down a thread: the conversation to all, the rest to those that had taken it over and not got their own since. */
export async function carryThread(
  scope: StoreScope,
  top: { readonly id: string; readonly before: ThreadValues; readonly after: ThreadValues },
  below: readonly ThreadNode[],
): Promise<void> {
  const { before, after } = top;
  const write = async (ids: readonly string[], values: Parameters<typeof scope.records.updateWhere<'email'>>[2]) => {
    if (ids.length > 0) {
      await scope.records.updateWhere('email', { column: 'activityid', operator: 'in', value: ids }, values);
    }
  };
  if (before.conversationTrackingId !== after.conversationTrackingId) {
    await write(
      below.map((node) => node.id),
      { conversationtrackingid: after.conversationTrackingId },
    );
  }
  if (before.regarding?.id !== after.regarding?.id) {
    const took = inheritors(top.id, below, (node) => node.regarding?.id === before.regarding?.id);
    await write(took, { regardingobjectid: after.regarding });
  }
  if (before.trackingToken !== after.trackingToken) {
    const took = inheritors(top.id, below, (node) => node.trackingToken === before.trackingToken);
    await write(took, { trackingtoken: after.trackingToken || null });
  }
}

/** Those reached from the top over others of which the same holds. */
function inheritors(topId: string, below: readonly ThreadNode[], holds: (node: ThreadNode) => boolean): string[] {
  const reached = new Set([topId]);
  for (const node of below) if (reached.has(node.parentId) && holds(node)) reached.add(node.id);
  reached.delete(topId);
  return [...reached];
}
