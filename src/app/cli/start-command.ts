import { Command } from 'commander';
import { systemClock } from '../../base/clock.ts';
import { createLog } from '../../base/log.ts';
import { loadConfig } from '../config.ts';
import { dataFolder } from '../data-folder.ts';
import { createEngine, type Engine, type EngineRole, type Started } from '../engine.ts';
import { signInLink } from './sign-in-link.ts';
import { untilSignal } from './until-signal.ts';

/** `mailroom start`: the service, Web API and worker in one process. */
export function startCommand(): Command {
  return new Command('start')
    .description('run the service: Web API, scheduler and (unless configured otherwise) its own database')
    .action(() => run(['web', 'worker']));
}

/** `mailroom worker`: a further worker beside a service. */
export function workerCommand(): Command {
  return new Command('worker')
    .description('run a further worker beside a running service, on the same database')
    .action(() => run(['worker']));
}

async function run(roles: readonly EngineRole[]): Promise<void> {
  const { config } = loadConfig();
  const log = createLog(config.logLevel);
  const stopping = untilSignal();
  const engine = await createEngine({ config, clock: systemClock, log, roles });
  const started = await startOrStop(engine);
  if (started.oneTimeSignIn !== undefined) {
    process.stdout.write(
      `\nFirst start: an organisation and an administrator were made.\n  Data folder       ${config.databaseUrl ? '(external database)' : dataFolder(config)}\n  Page              ${signInLink(started.url, started.oneTimeSignIn)}\n  Web API           ${started.url}/api/data/v9.2\n  One-time sign-in  ${started.oneTimeSignIn}\n  It is good for 24 hours and one use: open the page, or POST ${started.url}/sign-in {"code": "..."}; "mailroom token create" makes a token.\n\n`,
    );
  }
  await Promise.race([stopping, engine.failed]);
  log.info('stopping');
  await engine.stop();
}

/** A service that cannot start lets go of its database again, or the process would never end. */
async function startOrStop(engine: Engine): Promise<Started> {
  try {
    return await engine.start();
  } catch (error) {
    await engine.stop();
    throw error;
  }
}
