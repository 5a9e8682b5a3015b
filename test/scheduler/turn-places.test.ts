import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { TurnPlaces } from '../../src/scheduler/turn-places.ts';
import { type HeldClock, heldClock } from '../support/clock.ts';

describe('the places for turns of one kind of work', () => {
  let clock: HeldClock;
  let running: number;
  let wakes: number;
  beforeEach(() => {
    clock = heldClock();
    running = 0;
    wakes = 0;
  });

  const placesOf = (most: number, isUrgent = false) =>
    new TurnPlaces({ clock, most, running: () => running, wake: () => (wakes += 1), isUrgent });
  const begin = (places: TurnPlaces, taken: number): void => {
    const open = places.open();
    running += taken;
    places.filled(open, taken);
  };
  const end = (places: TurnPlaces): void => {
    running -= 1;
    places.freed();
  };

  it('SC-01: while everything due has begun, each free place is open at once and each end is a reason to look', () => {
    const places = placesOf(8);
    assert.equal(places.open(), 8);
    begin(places, 7);
    assert.equal(places.open(), 1);
    end(places);
    assert.deepEqual([places.open(), wakes], [2, 0], 'nothing more was due when it was looked');
    places.released();
    assert.deepEqual([wakes, clock.sleepers], [1, 0]);
  });

  it('while more is due, places are given out when half are free', () => {
    const places = placesOf(8);
    begin(places, 8);
    for (let ended = 1; ended <= 3; ended += 1) {
      end(places);
      places.released();
      assert.deepEqual([places.open(), wakes], [0, 0]);
    }
    end(places);
    assert.deepEqual([places.open(), wakes], [4, 1]);
    begin(places, 4);
    assert.deepEqual([places.open(), clock.sleepers], [0, 0]);
  });

  it('or when one was free for a quarter of a second', async () => {
    const places = placesOf(8);
    begin(places, 8);
    end(places);
    await clock.advance(249);
    assert.deepEqual([places.open(), wakes], [0, 0]);
    end(places);
    await clock.advance(1);
    assert.deepEqual([places.open(), wakes], [2, 1]);
    begin(places, 2);
    assert.equal(places.open(), 0);
    end(places);
    assert.deepEqual([places.open(), clock.sleepers], [0, 1], 'the next ones wait anew');
    places.close();
    assert.equal(clock.sleepers, 0);
  });

  it('a place that became free while the others were filled waits no longer than one that does so later', async () => {
    const places = placesOf(4);
    const open = places.open();
    running = 3;
    places.filled(open, 4);
    await clock.advance(250);
    assert.deepEqual([places.open(), wakes], [1, 1]);
  });

  it('a lease given back while more was due is looked at once no more is', () => {
    const places = placesOf(2);
    begin(places, 2);
    end(places);
    places.released();
    assert.equal(wakes, 1, 'for the free place alone');
    places.filled(1, 0);
    assert.equal(wakes, 2);
    places.filled(1, 0);
    assert.equal(wakes, 2);
  });

  it('PF-09: where somebody waits, a free place waits for no other', () => {
    const places = placesOf(8, true);
    begin(places, 8);
    end(places);
    assert.deepEqual([places.open(), wakes, clock.sleepers], [1, 1, 0]);
  });

  it('one place alone is no group', () => {
    const places = placesOf(1);
    begin(places, 1);
    end(places);
    assert.deepEqual([places.open(), wakes], [1, 1]);
  });
});
