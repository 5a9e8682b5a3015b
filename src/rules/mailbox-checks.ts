import { isMailAddress } from '../base/mail-address-check.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { ActDeliveryMethod, DeliveryMethod, ServerType } from '../tables/choices.ts';
import { isExchangeType } from '../tables/exchange-types.ts';
import { refuse } from './refuse.ts';

type Mailbox = RecordOf<'mailbox'>;
type Profile = RecordOf<'emailserverprofile'>;

/** What a mailbox must hold by itself: MB-01, MB-02, MB-05, MB-07. Throws the code of EC 30.1. */
export function checkMailbox(row: Mailbox): void {
  const name = `Mailbox "${row.name ?? row.emailaddress ?? ''}"`;
  if (row.emailaddress && !isMailAddress(row.emailaddress)) {
    refuse('8005E221', `${name}: "${row.emailaddress}" is not an email address. Enter one such as name@example.com.`);
  }
  if (row.regardingobjectid == null) checkForwardMailbox(name, row);
  else if (row.regardingobjectid.table === 'queue') checkQueueMailbox(name, row);
  if (row.processanddeleteemails && row.regardingobjectid?.table === 'systemuser') {
    refuse(
      '8005E233',
      `${name}: "Delete emails after processing" is for queue and forward mailboxes only. Switch it off.`,
    );
  }
  if (row.mr_moveprocessedto) checkMove(name, row, row.mr_moveprocessedto);
}

/** Moving what was dealt with, beside deleting it. */
function checkMove(name: string, row: Mailbox, folder: string): void {
  if (row.regardingobjectid?.table === 'systemuser') {
    refuse(
      '8005E233',
      `${name}: mail is moved after processing in queue and forward mailboxes only. Clear mr_moveprocessedto.`,
    );
  }
  if (row.processanddeleteemails) {
    refuse(
      '80040203',
      `${name}: emails can be deleted after processing or moved, not both. Set processanddeleteemails to false, or clear mr_moveprocessedto.`,
    );
  }
  const levels = folder.split('/').map((level) => level.trim());
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  if (levels.includes('') || /[\u0000-\u001f\u007f*%]/.test(folder) || /^inbox$/i.test(folder)) {
    refuse(
      '80040203',
      `${name}: "${folder}" is no folder that processed mail can be moved to (mr_moveprocessedto). Enter a name such as Processed, or Archive/Processed for a folder in a folder.`,
    );
  }
}

/** What a mailbox must hold with its profile: MB-06, and TE-08 (a start date not before the profile's). */
export function checkAgainstProfile(row: Mailbox, profile: Profile, givenStart: Date | null | undefined): void {
  const name = `Mailbox "${row.name ?? ''}"`;
  if (row.actdeliverymethod === ActDeliveryMethod.serverSide && !isExchangeType(profile.servertype)) {
    refuse(
      '8005E247',
      `${name}: profile "${profile.name}" is not of an Exchange type and carries mail only. Choose an Exchange profile or set the delivery method of appointments, contacts and tasks to None (2).`,
    );
  }
  if (row.mr_moveprocessedto && profile.servertype === ServerType.pop3Smtp) {
    refuse(
      '80040203',
      `${name}: profile "${profile.name}" is of type POP3, which has no folders that processed mail could be moved to. Clear mr_moveprocessedto or choose an IMAP or Exchange profile.`,
    );
  }
  if (row.mr_inboxfolder && profile.servertype !== ServerType.imapSmtp) {
    refuse(
      '80040203',
      `${name}: only IMAP reads another folder than the inbox (mr_inboxfolder), and profile "${profile.name}" is of another type. Clear it or choose an IMAP profile.`,
    );
  }
  const floor = profile.processemailsreceivedafter;
  if (givenStart && floor && givenStart < floor) {
    refuse(
      '80040203',
      `${name}: "Process emails received after" (${givenStart.toISOString()}) is earlier than profile "${profile.name}" allows. Enter ${floor.toISOString()} or later, or lower the date on the profile first.`,
    );
  }
}

function checkForwardMailbox(name: string, row: Mailbox): void {
  const { none, serverSide } = DeliveryMethod;
  const incoming = row.incomingemaildeliverymethod ?? none;
  if (!row.emailaddress)
    refuse(
      '8005E211',
      `${name}: a forward mailbox needs an email address. Enter the address that mail is forwarded to.`,
    );
  if (incoming !== none && incoming !== serverSide) {
    refuse(
      '8005E212',
      `${name}: a forward mailbox takes incoming mail by server-side synchronization (2) or not at all (0). Choose one of these.`,
    );
  }
  if ((row.outgoingemaildeliverymethod ?? none) !== none) {
    refuse('8005E213', `${name}: a forward mailbox does not send. Set the outgoing delivery method to None (0).`);
  }
  if ((row.actdeliverymethod ?? ActDeliveryMethod.none) !== ActDeliveryMethod.none) {
    refuse(
      '8005E247',
      `${name}: a forward mailbox has no appointments, contacts or tasks. Set that delivery method to None (2).`,
    );
  }
}

function checkQueueMailbox(name: string, row: Mailbox): void {
  if (
    row.incomingemaildeliverymethod === DeliveryMethod.outlook ||
    row.outgoingemaildeliverymethod === DeliveryMethod.outlook
  ) {
    refuse(
      '8005E210',
      `${name}: a queue cannot use Outlook. Choose server-side synchronization (2), a forward mailbox (3, incoming only) or None (0).`,
    );
  }
  if ((row.actdeliverymethod ?? ActDeliveryMethod.none) !== ActDeliveryMethod.none) {
    refuse(
      '8005E247',
      `${name}: a queue has no appointments, contacts or tasks. Set that delivery method to None (2).`,
    );
  }
}
