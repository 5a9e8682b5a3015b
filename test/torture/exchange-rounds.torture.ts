import { startExchangeTortureServer } from './exchange-torture-server.ts';
import { exchangeDangers } from './round-plan.ts';
import { tortureRounds } from './torture-rounds.ts';

tortureRounds({
  title: 'AR-12, IN-30, OU-06: over Exchange, with streams open and lines cut, nothing is lost or doubled',
  start: startExchangeTortureServer,
  dangers: exchangeDangers,
});
