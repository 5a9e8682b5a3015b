import { existsSync } from 'node:fs';
import { cyrusFolder } from './cyrus-folder.ts';
import { findBinary } from './find-binary.ts';

/** A real program some tests need. */
export type ServerName =
  | 'dovecot'
  | 'postfix'
  | 'chromium'
  | 'tnef'
  | 'ytnef'
  | 'exchangelib'
  | 'davmail'
  | 'xmllint'
  | 'cyrus'
  | 'kdc'
  | 'vdirsyncer'
  | 'khal';

interface Requirement {
  readonly binaries: readonly string[];
  readonly needsRoot: boolean;
  /** A file that must be there besides. */
  readonly file?: string;
}

const requirements: Readonly<Record<ServerName, Requirement>> = {
  dovecot: { binaries: ['dovecot'], needsRoot: false },
  postfix: { binaries: ['postfix'], needsRoot: true },
  chromium: { binaries: ['chromium', 'chromium-browser', 'google-chrome'], needsRoot: false },
  tnef: { binaries: ['tnef'], needsRoot: false },
  ytnef: { binaries: ['ytnef'], needsRoot: false },
  // Debian's own Python, not another one that comes first in PATH, knows the module.
  exchangelib: {
    binaries: ['python3'],
    needsRoot: false,
    file: '/usr/lib/python3/dist-packages/exchangelib/__init__.py',
  },
  davmail: { binaries: ['java'], needsRoot: false, file: '/usr/share/davmail/davmail.jar' },
  vdirsyncer: { binaries: ['vdirsyncer'], needsRoot: false },
  // The package of kadmin.local brings the KDC.
  kdc: { binaries: ['kinit'], needsRoot: false, file: '/usr/sbin/kadmin.local' },
  khal: { binaries: ['khal'], needsRoot: false },
  xmllint: { binaries: ['xmllint'], needsRoot: false },
  cyrus: { binaries: ['true'], needsRoot: false, file: `${cyrusFolder()}/usr/lib/cyrus/bin/master` },
};

/**
 * The `skip` option of a test that needs `name`: false when the program is there, else a sentence saying how to get it.
 * Throws instead when MAILROOM_REQUIRE_SERVERS=1, so that a build machine never passes by skipping.
 */
export function serverSkip(name: ServerName, debianPackages: string): string | false {
  const reason = whyMissing(name, debianPackages);
  if (reason !== false && process.env.MAILROOM_REQUIRE_SERVERS === '1') throw new Error(reason);
  return reason;
}

function whyMissing(name: ServerName, debianPackages: string): string | false {
  const { binaries, needsRoot, file } = requirements[name];
  if (findBinary(...binaries) === undefined || (file !== undefined && !existsSync(file))) {
    if (name === 'cyrus') return 'Cyrus is not unpacked; on Debian or Ubuntu: scripts/unpack-cyrus.sh';
    return `${name} is not installed; on Debian or Ubuntu: apt-get install --no-install-recommends ${debianPackages}`;
  }
  if (needsRoot && process.getuid?.() !== 0) return `${name} can only be started by root; run the tests as root`;
  return false;
}
