import { useCallback, useMemo, useState } from 'react';

/** What a form changes of a record before it is saved: write names (`name`, `emailserverprofile@odata.bind`) and their values. */
export interface Draft {
  readonly changes: Readonly<Record<string, unknown>>;
  readonly isDirty: boolean;
  /** A field is not complete, so that it must not be saved. */
  readonly isBlocked: boolean;
  /** The value on screen: the changed one, else the record's. */
  read(name: string): unknown;
  set(name: string, value: unknown): void;
  /** Says whether a field is not complete yet. */
  block(name: string, isBlocked: boolean): void;
  /** Says what was saved: the rest, and what was changed again meanwhile, stays. */
  saved(changes: Readonly<Record<string, unknown>>): void;
  reset(): void;
}

/** A draft over a record as it was read, or over the defaults of one to be made; what else changes of the record meanwhile shows through. */
export function useDraft(row: object): Draft {
  const [changes, setChanges] = useState<Readonly<Record<string, unknown>>>({});
  const [blocked, setBlocked] = useState<readonly string[]>([]);
  const set = useCallback((name: string, value: unknown) => setChanges((before) => ({ ...before, [name]: value })), []);
  const block = useCallback(
    (name: string, isBlocked: boolean) =>
      setBlocked((before) => [...before.filter((one) => one !== name), ...(isBlocked ? [name] : [])]),
    [],
  );
  const saved = useCallback(
    (done: Readonly<Record<string, unknown>>) =>
      setChanges((before) =>
        Object.fromEntries(Object.entries(before).filter(([name, value]) => !(name in done) || done[name] !== value)),
      ),
    [],
  );
  const reset = useCallback(() => {
    setChanges({});
    setBlocked([]);
  }, []);
  return useMemo(
    () => ({
      changes,
      isDirty: Object.keys(changes).length > 0,
      isBlocked: blocked.length > 0,
      read: (name: string) => (name in changes ? changes[name] : (row as Readonly<Record<string, unknown>>)[name]),
      set,
      block,
      saved,
      reset,
    }),
    [changes, blocked, row, set, block, saved, reset],
  );
}
