import { openExchange } from '../../../../src/connectors/exchange/open-exchange.ts';
import type { Connector } from '../../../../src/contracts/connector.ts';
import type { TurnOutcome } from '../../../../src/pipelines/turn.ts';
import type { RecordOf } from '../../../../src/tables/catalog.ts';
import { ServerType } from '../../../../src/tables/choices.ts';
import type { EntityReference } from '../../../../src/tables/table-definition.ts';
import { contentOf } from '../../../../testbed/exchange/items/item-content.ts';
import { type ExchangeSimulator, startExchange } from '../../../../testbed/exchange/start-exchange.ts';
import { el } from '../../../../testbed/exchange/xml/xml-node.ts';
import { seeded } from '../../../support/organisation.ts';
import { type IncomingHouse, type MailFields, openHouse, rawMail, type TurnOptions } from '../incoming-fixtures.ts';

const password = 'secret-of-the-tests';
export const anna = 'anna@ours.example';
export const ben = 'ben@ours.example';
export const support = 'support@ours.example';

const mailboxIds: Readonly<Record<string, string>> = {
  [anna]: seeded.annasMailbox,
  [ben]: seeded.bensMailbox,
  [support]: seeded.supportMailbox,
};

/** The sample organisation with its mailboxes on a simulated Exchange. */
export interface ExchangeScene extends IncomingHouse {
  readonly exchange: ExchangeSimulator;
  /** One incoming turn of a mailbox over EWS; `wrap` may put itself between. */
  run(
    address: string,
    options?: TurnOptions & { readonly wrap?: (connector: Connector) => Connector },
  ): Promise<TurnOutcome>;
  /** Turns until none is left. */
  runAll(address: string, options?: TurnOptions): Promise<void>;
  /** Makes a folder below the inbox, or below another, and gives its id. */
  folder(address: string, name: string, parent?: string): string;
  /** Puts a message into a folder (a word or an id). */
  put(address: string, folder: string, fields: MailFields): void;
  /** Lets a message arrive in an inbox. */
  deliver(address: string, fields: MailFields): void;
  move(address: string, messageId: string, folder: string): void;
  rule(address: string, folderId: string, more?: RecordOf<'mailboxtrackingfolder'>): Promise<string>;
  ruleRow(id: string): Promise<RecordOf<'mailboxtrackingfolder'>>;
  email(messageId: string): Promise<RecordOf<'email'> | undefined>;
  regarding(messageId: string): Promise<string | undefined>;
  decision(address: string, messageId: string): Promise<RecordOf<'mr_maildecision'> | undefined>;
  /** Categories on a person's copy of a message. */
  categories(address: string, messageId: string): readonly string[];
  setCategories(address: string, messageId: string, names: readonly string[]): void;
}

export const contact = (id: string): EntityReference => ({ table: 'contact', id });

/** Opens the scene; close it at the end. */
export async function openScene(): Promise<ExchangeScene> {
  const house = await openHouse();
  const { database, clock } = house;
  const exchange = await startExchange({
    mailboxes: [anna, ben, support].map((address) => ({ address, password })),
    now: () => clock.now().getTime(),
  });
  await database.records.update('emailserverprofile', seeded.profile, { servertype: ServerType.exchangeServer });
  const boxOf = (address: string) => exchange.account(address).mailbox;
  const itemOf = (address: string, messageId: string) => {
    const [item] = boxOf(address).itemsWithMessageId(`<${messageId}>`);
    if (item === undefined) throw new Error(`There is no message ${messageId} in the mailbox ${address}.`);
    return item;
  };
  const folderOf = (address: string, id: string) => boxOf(address).folders.get(id) ?? boxOf(address).folderNamed(id);
  const connect = (address: string): Promise<Connector> =>
    openExchange(
      {
        host: '127.0.0.1',
        port: exchange.port,
        security: 'none',
        signIn: { kind: 'password', username: address, password },
        timeoutMs: 20_000,
        maxMessageBytes: 1_000_000,
        ewsUrl: exchange.ewsUrl,
        mailboxAddress: address,
        impersonates: false,
        passwordScheme: 'basic',
        savesSentCopy: true,
      },
      new AbortController().signal,
      { clock },
    );
  const run: ExchangeScene['run'] = async (address, { wrap = (one: Connector) => one, ...options } = {}) => {
    const mailboxid = mailboxIds[address] ?? '';
    const outcome = await house.turn({ connect: async () => wrap(await connect(address)) }, { mailboxid, ...options });
    await clock.advance(1000);
    return outcome;
  };
  return {
    ...house,
    exchange,
    run,
    runAll: async (address, options) => {
      for (let turns = 0; turns < 100; turns += 1) {
        const outcome = await run(address, options);
        if (outcome.error !== undefined) throw outcome.error;
        if (!outcome.more) return;
      }
      throw new Error('The turns do not end.');
    },
    folder: (address, name, parent = 'inbox') => exchange.makeFolder(address, parent, name),
    put: (address, folder, fields) =>
      exchange.seed(address, folder, [{ mime: rawMail({ to: address, ...fields }), received: clock.now() }]),
    deliver: (address, fields) => void exchange.deliver(address, rawMail({ to: address, ...fields })),
    move: (address, messageId, folder) =>
      void boxOf(address).moveItem(itemOf(address, messageId), folderOf(address, folder)),
    rule: (address, exchangefolderid, more = {}) =>
      database.records.create('mailboxtrackingfolder', {
        mailboxid: { table: 'mailbox', id: mailboxIds[address] ?? '' },
        exchangefolderid,
        ...more,
      }),
    ruleRow: async (id) => (await database.records.retrieve('mailboxtrackingfolder', id)) ?? {},
    email: async (messageId) => (await house.emails()).find((one) => one.messageid === messageId),
    regarding: async (messageId) =>
      (await house.emails()).find((one) => one.messageid === messageId)?.regardingobjectid?.id,
    decision: async (address, messageId) =>
      (await house.decisions()).find(
        (one) => one.mr_messageid === messageId && one.mr_mailboxid?.id === mailboxIds[address],
      ),
    categories: (address, messageId) =>
      (contentOf(itemOf(address, messageId), boxOf(address)).properties.get('Categories')?.children ?? []).map(
        ({ text }) => text,
      ),
    setCategories: (address, messageId, names) => {
      const item = itemOf(address, messageId);
      boxOf(address).changeItem(item, () => {
        const list = el(
          'Categories',
          names.map((name) => el('String', name)),
        );
        contentOf(item, boxOf(address)).properties.set('Categories', list);
      });
    },
    close: async () => {
      await exchange.stop();
      await house.close();
    },
  };
}
