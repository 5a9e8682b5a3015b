import { serverSkip } from '../../testbed/servers/require-server.ts';
import { imapDrops } from './imap-drops.ts';
import { imapDangers } from './round-plan.ts';
import { tortureRounds } from './torture-rounds.ts';
import { startTortureServers } from './torture-servers.ts';

tortureRounds({
  title: 'AR-12, IN-30, OU-06, PAIN-09: over IMAP, with lines cut and messages renumbered, nothing is lost or doubled',
  start: (addresses) => startTortureServers(addresses, undefined, imapDrops),
  dangers: imapDangers,
  skip: serverSkip('dovecot', 'dovecot-core dovecot-imapd dovecot-pop3d dovecot-lmtpd'),
});
