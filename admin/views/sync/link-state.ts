import type { ApiRow } from '../../api/api-row.ts';
import type { Tone } from '../../parts/status-badge.tsx';
import type { syncText } from '../../text/sync.ts';

/** Values of `exchangesyncidmapping.mr_linkstate`. */
const State = { linked: 100000000, making: 100000001, deleting: 100000002, awaited: 100000007 } as const;

type FilterName = Exclude<keyof typeof syncText.links.states, 'all'>;

const isUnder = (states: readonly number[]): string => states.map((state) => `mr_linkstate eq ${state}`).join(' or ');
const underWay: readonly number[] = [State.making, State.deleting, State.awaited];

/** The conditions of `$filter` for each choice of a list of links. */
export const linkConditions: Readonly<Record<FilterName, string>> = {
  linked: isUnder([State.linked]),
  failing: 'retries gt 0',
  conflicts: 'mr_lastconflict ne null',
  waiting: isUnder(underWay),
  unlinked: `not (${isUnder([State.linked, ...underWay])})`,
};

/** Whether the link ties, or is about to. */
export const isTied = (link: ApiRow<'exchangesyncidmapping'>): boolean =>
  link.mr_linkstate === State.linked || underWay.includes(link.mr_linkstate ?? 0);

/** How good the state of a link is. */
export function linkTone(link: ApiRow<'exchangesyncidmapping'>): Tone {
  if ((link.retries ?? 0) > 0) return 'bad';
  if (link.mr_linkstate === State.linked) return 'good';
  return underWay.includes(link.mr_linkstate ?? 0) ? 'busy' : 'quiet';
}
