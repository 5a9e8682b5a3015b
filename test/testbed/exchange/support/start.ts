import { after, before } from 'node:test';
import {
  type ExchangeOptions,
  type ExchangeSimulator,
  startExchange,
} from '../../../../testbed/exchange/start-exchange.ts';
import { EwsClient } from './ews-client.ts';
import { SchemaCheck, whyNoSchemaCheck } from './schema-check.ts';

/** A simulator for the tests of one suite, with clients whose answers are all validated at the end. */
export interface Stage {
  readonly exchange: ExchangeSimulator;
  /** A client of that user; the mailboxes a, b, c and service of x.example have the password `secret`. */
  as(user: string, options?: { readonly impersonate?: string; readonly version?: string }): EwsClient;
}

/** Where the schema of an older product lies. */
const schemaFolders: Readonly<Record<string, string>> = {
  Exchange2007_SP1: '2007_SP1',
  Exchange2010_SP2: '2010_SP2',
  Exchange2013_SP1: '2013_SP1',
};

/** Starts before and stops after the tests of the suite it is called in; throws at the end for an answer that is not valid. */
export function stage(options: Partial<ExchangeOptions> = {}): Stage {
  let exchange: ExchangeSimulator | undefined;
  const check = new SchemaCheck();
  const running = (): ExchangeSimulator => {
    if (exchange === undefined) throw new Error('The simulator runs only inside of tests.');
    return exchange;
  };
  before(async () => {
    exchange = await startExchange({
      mailboxes: [
        { address: 'a@x.example', password: 'secret', displayName: 'Anna A' },
        { address: 'b@x.example', password: 'secret', displayName: 'Bert B' },
        { address: 'c@x.example', password: 'secret', displayName: 'Cora C' },
        { address: 'service@x.example', password: 'secret', mayImpersonate: true },
      ],
      tap: (xml, direction) => void (direction === 'answer' && check.add(xml)),
      ...options,
    });
  });
  after(async () => {
    await exchange?.stop();
    const problems = whyNoSchemaCheck() === undefined ? await check.problems(schemaFolders[options.version ?? '']) : '';
    check.remove();
    if (problems !== '') throw new Error(problems);
  });
  return {
    get exchange() {
      return running();
    },
    as: (user, { impersonate, version } = {}) =>
      new EwsClient({
        url: running().ewsUrl,
        user: `${user}@x.example`,
        password: 'secret',
        ...(impersonate && { impersonate: `${impersonate}@x.example` }),
        ...(version && { version }),
      }),
  };
}
