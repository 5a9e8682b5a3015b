#!/usr/bin/env bash
# Unpacks Debian's Cyrus for the tests into a folder (first argument, MAILROOM_CYRUS_DIR or /opt/mailroom-cyrus). Its packages
# conflict with Dovecot's, so they are not installed.
set -euo pipefail
folder=${1:-${MAILROOM_CYRUS_DIR:-/opt/mailroom-cyrus}}
packages=(cyrus-common cyrus-imapd cyrus-pop3d sasl2-bin libical3 libpcre3 libxapian30 libzephyr4)
[ -x "$folder/usr/lib/cyrus/bin/master" ] && exit 0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
(cd "$scratch" && apt-get download -q "${packages[@]}" 2>/dev/null)
mkdir -p "$folder"
chmod 755 "$folder"
for package in "$scratch"/*.deb; do dpkg-deb -x "$package" "$folder"; done
echo "Cyrus is in $folder"
