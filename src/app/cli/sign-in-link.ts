/** Address of the admin page that signs in with a one-time code; the code stands behind `#`, so it reaches no log. The page alone without a code. */
export function signInLink(url: string, code: string | undefined): string {
  return code === undefined ? `${url}/` : `${url}/#code=${code}`;
}
