import { type LoopbackServers, makeLoopbackProfile } from '../../src/app/loopback-profile.ts';
import type { RuledStore } from '../../src/rules/ruled-store.ts';
import { corpusRecipients, corpusSenders } from '../corpus.ts';
import type { BenchEngine } from './bench-engine.ts';

/** Where the shop's mail servers listen, on 127.0.0.1 without TLS. */
export type ShopServers = Pick<LoopbackServers, 'incoming' | 'smtpPort'>;

/** The organisation the corpus writes to. */
export interface Shop {
  /** The queues `support` and `sales`, in this order. */
  readonly queues: readonly ShopQueue[];
  /** The contacts of the senders, in their order. */
  readonly contactids: readonly string[];
}

export interface ShopQueue {
  readonly queueid: string;
  readonly mailboxid: string;
  readonly address: string;
}

/** Makes the profile, two queues that take everything, and a contact for each of the 500 senders in an account for each of their 50 domains. */
export async function seedShop(bench: BenchEngine, servers: ShopServers): Promise<Shop> {
  const { store } = bench;
  await makeLoopbackProfile(store, bench.engine.organization.organizationid, {
    name: 'Bench',
    ...servers,
    signsInToSend: false,
    intervalSeconds: 1,
  });
  const queues: ShopQueue[] = [];
  for (const address of corpusRecipients) {
    const queueid = await store.create('queue', {
      name: address,
      emailaddress: address,
      incomingemailfilteringmethod: 0,
    });
    const page = await store.retrieveMultiple({
      table: 'mailbox',
      columns: ['mailboxid'],
      filter: { column: 'regardingobjectid', operator: 'eq', value: queueid },
    });
    queues.push({ queueid, mailboxid: page.rows[0]?.mailboxid ?? '', address });
  }
  return { queues, contactids: await seedContacts(store) };
}

async function seedContacts(store: RuledStore): Promise<readonly string[]> {
  const accounts = new Map<string, string>();
  const contactids: string[] = [];
  await store.together(async (records) => {
    for (const sender of corpusSenders()) {
      const domain = sender.address.split('@')[1] ?? '';
      const account = accounts.get(domain) ?? (await records.create('account', { name: domain }));
      accounts.set(domain, account);
      const contactid = await records.create('contact', {
        firstname: sender.givenName,
        lastname: sender.familyName,
        emailaddress1: sender.address,
        parentcustomerid: { table: 'account', id: account },
      });
      contactids.push(contactid);
    }
  });
  return contactids;
}

/** The corpus has fixed dates; a mailbox takes only what came after its start date. */
const beforeTheCorpus = new Date(Date.UTC(2026, 0, 1));

/** Marks one direction of a mailbox as approved and tested, so that its turn is due with the next wake-up. */
export async function enableMailbox(
  bench: BenchEngine,
  mailboxid: string,
  direction: 'incoming' | 'outgoing',
  credentials: { readonly username: string; readonly password: string },
): Promise<void> {
  await bench.store.update('mailbox', mailboxid, {
    allowemailconnectortousecredentials: true,
    ...credentials,
    emailrouteraccessapproval: 1,
  });
  const flags =
    direction === 'incoming'
      ? { incomingemailstatus: 1, enabledforincomingemail: true, processemailreceivedafter: beforeTheCorpus }
      : { outgoingemailstatus: 1, enabledforoutgoingemail: true };
  await bench.engine.database.records.update('mailbox', mailboxid, flags);
}
