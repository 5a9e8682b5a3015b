import { useSyncExternalStore } from 'react';

const query = '(max-width: 760px)';

/** True on a phone, and in a window as narrow. */
export function useIsNarrow(): boolean {
  return useSyncExternalStore(
    (onChange) => {
      const list = matchMedia(query);
      list.addEventListener('change', onChange);
      return () => list.removeEventListener('change', onChange);
    },
    () => matchMedia(query).matches,
  );
}
