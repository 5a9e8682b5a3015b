import { windowsZones } from './windows-zones.ts';

/** The IANA zone of a Windows name or of an IANA name; undefined for a name nobody knows (a zone of a user's own making). */
export function ianaZone(name: string): string | undefined {
  const listed = windowsZones[name]?.split(' ', 1)[0];
  return listed ?? (isIanaZone(name) ? name : undefined);
}

/** The Windows name of an IANA zone; undefined for the few that Windows does not have (`Antarctica/Troll`). */
export function windowsZone(iana: string): string | undefined {
  return windowsNames.get(iana);
}

/** The first Windows name that lists each IANA zone. */
const windowsNames: ReadonlyMap<string, string> = new Map(
  Object.entries(windowsZones)
    .reverse()
    .flatMap(([windows, zones]) => zones.split(' ').map((iana) => [iana, windows] as const)),
);

/** True when the runtime knows the rules of a zone of this name. */
export function isIanaZone(name: string): boolean {
  // Asking the runtime is slow, and it knows all that Windows has.
  if (windowsNames.has(name)) return true;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
