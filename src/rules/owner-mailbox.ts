import type { RecordOf } from '../tables/catalog.ts';
import { ActDeliveryMethod, DeliveryMethod, MailboxStatus, RecordState } from '../tables/choices.ts';
import { isExchangeType } from '../tables/exchange-types.ts';
import type { EntityReference } from '../tables/table-definition.ts';
import { changedMailbox, newMailbox } from './mailbox-changes.ts';
import type { RuleContext } from './table-rules.ts';

type Mailbox = RecordOf<'mailbox'>;

/** The user or queue a mailbox belongs to. */
export interface MailboxOwner {
  readonly regarding: EntityReference;
  readonly name: string;
  readonly address: string | null | undefined;
  readonly owner: EntityReference;
}

/** Makes the one mailbox of a user or queue with the organisation's defaults (AR-03, AR-04, ST-02, ST-03) and links it as `defaultmailbox`. */
export async function createOwnersMailbox(context: RuleContext, of: MailboxOwner): Promise<void> {
  const { regarding, name, address, owner } = of;
  const row = await newMailbox(context, {
    name,
    ...(address ? { emailaddress: address } : {}),
    regardingobjectid: regarding,
    ownerid: owner,
    ...(await defaultEmailSettings(context, regarding.table)),
  });
  const id = await context.records.create('mailbox', row);
  context.touchedMailboxes.add(id);
  const link = { defaultmailbox: { table: 'mailbox', id } };
  if (regarding.table === 'queue') await context.records.update('queue', regarding.id, link);
  else await context.records.update('systemuser', regarding.id, link);
}

/** The organisation's default profile and delivery methods, as far as a mailbox of that kind may have them (MB-01, MB-06); `of` is undefined for a forward mailbox. */
export async function defaultEmailSettings(context: RuleContext, of: string | undefined): Promise<Mailbox> {
  const { defaultDelivery, defaultProfile } = context.settings;
  const profile = defaultProfile
    ? await context.records.retrieve('emailserverprofile', defaultProfile.id, ['servertype'])
    : undefined;
  const { none, outlook, serverSide } = DeliveryMethod;
  const emailserverprofile = defaultProfile;
  if (of === undefined) {
    return {
      emailserverprofile,
      incomingemaildeliverymethod: defaultDelivery.incoming === serverSide ? serverSide : none,
      outgoingemaildeliverymethod: none,
      actdeliverymethod: ActDeliveryMethod.none,
    };
  }
  const usable = (method: number): number => (of === 'queue' && method === outlook ? none : method);
  const carriesMailOnly = profile !== undefined && !isExchangeType(profile.servertype);
  const act =
    of === 'queue' || (carriesMailOnly && defaultDelivery.act === ActDeliveryMethod.serverSide)
      ? ActDeliveryMethod.none
      : defaultDelivery.act;
  return {
    emailserverprofile,
    incomingemaildeliverymethod: usable(defaultDelivery.incoming),
    outgoingemaildeliverymethod: usable(defaultDelivery.outgoing),
    actdeliverymethod: act,
  };
}

/** AR-07, AP-06: address and approval of the mailbox follow its owner's, with what that entails (MB-09). */
export async function carryToMailbox(
  context: RuleContext,
  mailbox: EntityReference,
  address: string | null | undefined,
  approval: number | null | undefined,
): Promise<void> {
  const row = await context.records.retrieve('mailbox', mailbox.id);
  if (row === undefined) return;
  const values: Mailbox = {
    ...(address === undefined || address === row.emailaddress ? {} : { emailaddress: address }),
    ...(approval == null || approval === row.emailrouteraccessapproval ? {} : { emailrouteraccessapproval: approval }),
  };
  if (Object.keys(values).length === 0) return;
  await context.records.update('mailbox', mailbox.id, await changedMailbox(context, mailbox.id, row, values));
}

/** MB-11: with its owner the mailbox becomes inactive and its flows are switched off; back in service it is active, and Test & Enable switches the flows on. */
export async function followOwnersState(
  context: RuleContext,
  mailbox: EntityReference,
  isActive: boolean,
): Promise<void> {
  context.touchedMailboxes.add(mailbox.id);
  await context.records.update(
    'mailbox',
    mailbox.id,
    isActive
      ? { statecode: RecordState.active }
      : {
          statecode: RecordState.inactive,
          enabledforincomingemail: false,
          enabledforoutgoingemail: false,
          enabledforact: false,
          incomingemailstatus: MailboxStatus.notRun,
          outgoingemailstatus: MailboxStatus.notRun,
          actstatus: MailboxStatus.notRun,
          mailboxstatus: MailboxStatus.notRun,
          testemailconfigurationscheduled: false,
        },
  );
}
