import { useRouter, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

/** A text kept in the address (`?name=value`), so that a view can be linked to and gone back to; the default is not written. */
export function useUrlState(name: string, usual = ''): readonly [string, (value: string) => void] {
  const router = useRouter();
  const search = useSearch({ strict: false }) as Readonly<Record<string, unknown>>;
  const value = search[name] === undefined ? usual : String(search[name]);
  const set = useCallback(
    (next: string) => {
      const url = new URL(router.history.location.href, location.origin);
      if (next === usual) url.searchParams.delete(name);
      else url.searchParams.set(name, next);
      router.history.replace(`${url.pathname}${url.search}`);
    },
    [router, name, usual],
  );
  return [value, set];
}
