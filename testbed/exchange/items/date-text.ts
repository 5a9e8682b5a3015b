/** A date as EWS writes it: UTC without fractions. */
export function dateText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
