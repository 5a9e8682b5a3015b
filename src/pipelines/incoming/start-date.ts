import type { RecordOf } from '../../tables/catalog.ts';
import type { IncomingCursors } from './cursors.ts';

/** What the start date of a mailbox follows from. */
export interface StartDateFacts {
  readonly profileid: string;
  readonly profileDate: Date | undefined;
  readonly mailboxDate: Date | undefined;
  /** The latest date the profile had since the mailbox is associated with it. */
  readonly floor: { readonly profileid: string; readonly on: Date } | undefined;
  /** When the mailbox was first read, or its access was tested. */
  readonly enabledOn: Date;
}

/** The start date, and the floor to remember where it changed. */
export interface StartDate {
  readonly startOn: Date;
  readonly floorOn: Date | undefined;
}

/**
 * From when on messages count: the later of the profile's and the mailbox's date; without either, when the mailbox was enabled
 * (EP-16, IN-06). The profile's date is a floor that only rises for mailboxes already associated. To the second, as mail has it. Pure.
 */
export function effectiveStart(facts: StartDateFacts): StartDate {
  const floor = facts.floor?.profileid === facts.profileid ? facts.floor.on : undefined;
  const floorOn = later(facts.profileDate, floor);
  const startOn = later(floorOn, facts.mailboxDate) ?? facts.enabledOn;
  return { startOn: new Date(Math.floor(startOn.getTime() / 1000) * 1000), floorOn };
}

/** The start date of a mailbox as its rows and cursors have it now. Pure. */
export function startOfMailbox(
  mailbox: RecordOf<'mailbox'>,
  profile: RecordOf<'emailserverprofile'>,
  cursors: IncomingCursors,
  now: Date,
): StartDate & { readonly enabledOn: Date } {
  const enabledOn = cursors.enabledOn ?? mailbox.testmailboxaccesscompletedon ?? now;
  const start = effectiveStart({
    profileid: profile.emailserverprofileid ?? '',
    profileDate: profile.processemailsreceivedafter ?? undefined,
    mailboxDate: mailbox.processemailreceivedafter ?? undefined,
    floor: cursors.floor,
    enabledOn,
  });
  return { ...start, enabledOn };
}

function later(one: Date | undefined, other: Date | undefined): Date | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one > other ? one : other;
}
