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
  'AA-41: an answer on its way when the organizer changes the meeting is given to the changed one': [
    { do: 'create', kind: 'appointment', by: 'anna', withBen: true },
    { do: 'respond', kind: 'appointment', at: 0, by: 'ben', response: 'accepted' },
    { do: 'respond', kind: 'appointment', at: 2, by: 'ben', response: 'tentative' },
    { do: 'turn', of: 'anna', fault: 'crashAfter', after: 14, maxItems: 3 },
    { do: 'turn', of: 'ben', fault: 'none', after: 3, maxItems: 1 },
    { do: 'respond', kind: 'appointment', at: 2, by: 'record', response: 'accepted' },
    { do: 'turn', of: 'ben', fault: 'crashWithin', after: 7, maxItems: 3 },
    { do: 'respond', kind: 'appointment', at: 0, by: 'record', response: 'tentative' },
    { do: 'turn', of: 'ben', fault: 'crash', after: 6, maxItems: 1000 },
    { do: 'edit', kind: 'appointment', at: 2, field: 2, by: 'anna' },
  ],
  'AA-44: an item that was made, put elsewhere and back since the cursor keeps its link': [
    { do: 'create', kind: 'contact', by: 'record', withBen: false },
    { do: 'turn', of: 'ben', fault: 'none', after: 1, maxItems: 1000 },
    { do: 'return', kind: 'contact', at: 0, by: 'ben' },
    { do: 'edit', kind: 'contact', at: 0, field: 1, by: 'record' },
  ],
  'AA-17: a day that was called off is called off again where the pattern of its series changed: Exchange forgot it': [
    { do: 'create', kind: 'appointment', by: 'record', withBen: true },
    { do: 'edit', kind: 'appointment', at: 2, field: 1, by: 'record' },
    { do: 'turn', of: 'anna', fault: 'crashWithin', after: 14, maxItems: 1000 },
    { do: 'create', kind: 'recurringappointmentmaster', by: 'anna', withBen: true },
    { do: 'occurrence', at: 2, date: 1, by: 'record', isDeleted: true },
    { do: 'occurrence', at: 4, date: 3, by: 'anna', isDeleted: true },
    { do: 'create', kind: 'recurringappointmentmaster', by: 'record', withBen: false },
    { do: 'create', kind: 'recurringappointmentmaster', by: 'record', withBen: true },
    { do: 'turn', of: 'anna', fault: 'lost', after: 10, maxItems: 1000 },
    { do: 'create', kind: 'recurringappointmentmaster', by: 'anna', withBen: true },
    { do: 'delete', kind: 'recurringappointmentmaster', at: 5, by: 'anna' },
    { do: 'turn', of: 'anna', fault: 'none', after: 14, maxItems: 1000 },
    { do: 'edit', kind: 'appointment', at: 2, field: 0, by: 'anna' },
    { do: 'edit', kind: 'appointment', at: 0, field: 0, by: 'anna' },
    { do: 'edit', kind: 'appointment', at: 2, field: 1, by: 'anna' },
    { do: 'create', kind: 'contact', by: 'ben', withBen: true },
    { do: 'occurrence', at: 2, date: 0, by: 'anna', isDeleted: true },
    { do: 'occurrence', at: 4, date: 2, by: 'anna', isDeleted: true },
    { do: 'create', kind: 'contact', by: 'record', withBen: true },
    { do: 'edit', kind: 'recurringappointmentmaster', at: 4, field: 2, by: 'record' },
    { do: 'occurrence', at: 1, date: 1, by: 'anna', isDeleted: false },
  ],
  'AC-09: days of a series that were called off on both sides between two turns stay so, and each is told once': [
    { do: 'create', kind: 'recurringappointmentmaster', by: 'anna', withBen: true },
    { do: 'occurrence', at: 2, date: 0, by: 'anna', isDeleted: true },
    { do: 'turn', of: 'anna', fault: 'none', after: 9, maxItems: 1000 },
    { do: 'occurrence', at: 2, date: 1, by: 'anna', isDeleted: true },
    { do: 'occurrence', at: 2, date: 4, by: 'record', isDeleted: true },
  ],
};

describe('histories that once went wrong', () => {
  for (const [title, steps] of Object.entries(found)) it(title, () => playHistory(steps));
});
