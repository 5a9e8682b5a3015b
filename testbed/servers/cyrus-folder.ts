/** Where scripts/unpack-cyrus.sh unpacks Cyrus, whose packages cannot be installed beside Dovecot's: MAILROOM_CYRUS_DIR, else /opt/mailroom-cyrus. */
export function cyrusFolder(): string {
  return process.env.MAILROOM_CYRUS_DIR || '/opt/mailroom-cyrus';
}
