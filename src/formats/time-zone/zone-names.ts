import { windowsZones } from './windows-zones.ts';

/** The IANA zone of a Windows name or of an IANA name; undefined for a name nobody knows (a zone of a user's own making). */
export function ianaZone(name: string): string | undefined {
  const listed = windowsZones[name]?.split(' ', 1)[0];
  return listed ?? (isIanaZone(name) ? name : undefined);
}

/** The Windows name of an IANA zone; undefined for the few that Windows does not have (`Antarctica/Troll`). */
export function windowsZone(iana: string): string | undefined {
  return Object.keys(windowsZones).find((name) => windowsZones[name]?.split(' ').includes(iana));
}

/** True when the runtime knows the rules of a zone of this name. */
export function isIanaZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
