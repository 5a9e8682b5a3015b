import { classicDangers } from './round-plan.ts';
import { tortureRounds } from './torture-rounds.ts';
import { startTortureServers } from './torture-servers.ts';

tortureRounds({
  title: 'AR-12, IN-30, OU-06: nothing is lost or doubled',
  start: (addresses) => startTortureServers(addresses),
  dangers: classicDangers,
});
