import fc from 'fast-check';
import type { ActResponse } from '../../src/contracts/act-item.ts';
import type { ActPerson } from '../support/act-scene.ts';
import type { Fault } from './act-history-faults.ts';
import { faults } from './act-history-faults.ts';
import type { Kind } from './act-history-kinds.ts';

/** A user's own hands in Exchange, or the record. */
export type Place = ActPerson | 'record';

/** One thing that happens. `at`, `field` and `date` pick among what there is. */
export type Step =
  | { readonly do: 'create'; readonly kind: Kind; readonly by: Place; readonly withBen: boolean }
  | { readonly do: 'edit'; readonly kind: Kind; readonly at: number; readonly field: number; readonly by: Place }
  | { readonly do: 'delete' | 'move' | 'return'; readonly kind: Kind; readonly at: number; readonly by: Place }
  | { readonly do: 'reassign'; readonly at: number; readonly to: ActPerson }
  /** A day of a series is changed or deleted. */
  | {
      readonly do: 'occurrence';
      readonly at: number;
      readonly date: number;
      readonly by: Place;
      readonly isDeleted: boolean;
    }
  /** Ben comes to a meeting, or no longer does. */
  | { readonly do: 'people'; readonly kind: Kind; readonly at: number }
  | {
      readonly do: 'respond';
      readonly kind: Kind;
      readonly at: number;
      readonly by: 'record' | 'ben';
      readonly response: ActResponse;
    }
  | {
      readonly do: 'turn';
      readonly of: ActPerson;
      readonly fault: Fault;
      readonly after: number;
      readonly maxItems: number;
    };

const person = fc.constantFrom<ActPerson>('anna', 'ben');
const place = fc.constantFrom<Place>('record', 'record', 'anna', 'anna', 'ben');
const kind = fc.constantFrom<Kind>(
  ...(['contact', 'contact', 'task', 'appointment', 'appointment', 'recurringappointmentmaster'] as const),
);
const meeting = fc.constantFrom<Kind>('appointment', 'recurringappointmentmaster');
const at = fc.nat({ max: 5 });
const is = <const T extends string>(word: T) => fc.constant(word);

/** Random steps: edits of both sides, answers, turns, and what goes wrong in them. */
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: is('create'), kind, by: place, withBen: fc.boolean() }) },
  { weight: 9, arbitrary: fc.record({ do: is('edit'), kind, at, field: fc.nat({ max: 3 }), by: place }) },
  { weight: 2, arbitrary: fc.record({ do: is('delete'), kind, at, by: place }) },
  { weight: 1, arbitrary: fc.record({ do: is('move'), kind, at, by: place }) },
  { weight: 1, arbitrary: fc.record({ do: is('return'), kind, at, by: place }) },
  { weight: 1, arbitrary: fc.record({ do: is('reassign'), at, to: person }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: is('occurrence'),
      at,
      date: fc.nat({ max: 5 }),
      by: place,
      isDeleted: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: is('people'), kind: meeting, at }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: is('respond'),
      kind: meeting,
      at,
      by: fc.constantFrom('record', 'ben'),
      response: fc.constantFrom<ActResponse>('accepted', 'tentative', 'declined'),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      do: is('turn'),
      of: person,
      fault: fc.constantFrom(...faults),
      after: fc.nat({ max: 14 }),
      maxItems: fc.constantFrom(1, 3, 1000),
    }),
  },
);
