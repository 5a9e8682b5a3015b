import { describe, it } from 'node:test';
import { playHistory } from './act-history.ts';
import type { Step } from './act-history-steps.ts';

/** Histories that random play found wanting, cut down to what mattered. */
const found: Readonly<Record<string, readonly Step[]>> = {
  'AA-02: one who declined a series and was asked to one of its occurrences alone has no item of the series': [
    { do: 'create', kind: 'recurringappointmentmaster', by: 'record', withBen: true },
    { do: 'turn', of: 'anna', fault: 'crashWithin', after: 3, maxItems: 1000 },
    { do: 'respond', kind: 'recurringappointmentmaster', at: 4, by: 'ben', response: 'declined' },
    { do: 'occurrence', at: 0, date: 3, by: 'anna', isDeleted: false },
  ],
};

describe('histories that once went wrong', () => {
  for (const [title, steps] of Object.entries(found)) it(title, () => playHistory(steps));
});
