import { occurrencesOf, timesOf } from '../calendar/series.ts';
import { dateText } from '../items/date-text.ts';
import { contentOf } from '../items/item-content.ts';
import { errorParts } from '../soap/answer.ts';
import type { Call, Operation } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import type { Account } from '../store/account.ts';
import { child, childText, descend, el, type XmlNode } from '../xml/xml-node.ts';

interface BusyTime {
  readonly start: number;
  readonly end: number;
  readonly status: string;
}

/** One digit of `MergedFreeBusy` for each status; the largest of a stretch counts. */
const digits: Readonly<Record<string, number>> = { Free: 0, Tentative: 1, Busy: 2, OOF: 3, WorkingElsewhere: 0 };

/** GetUserAvailability: when people are busy. */
export const getUserAvailability: Operation = (call) => {
  const options = child(call.request, 'FreeBusyViewOptions');
  const bias = Number(childText(child(call.request, 'TimeZone'), 'Bias') ?? 0) * 60_000;
  const edge = (name: string): number =>
    Date.parse(`${(descend(options, 'TimeWindow', name)?.text ?? '').slice(0, 19)}Z`) + bias;
  const [from, until] = [edge('StartTime'), edge('EndTime')];
  const step = Number(childText(options, 'MergedFreeBusyIntervalInMinutes') ?? 30) * 60_000;
  const people = child(call.request, 'MailboxDataArray')?.children ?? [];
  const answers = people.map((person) => {
    const account = call.world.account(descend(person, 'Email', 'Address')?.text ?? '');
    if (account === undefined) return refusal();
    return freeBusy(account, call, { from, until, step, bias });
  });
  return el('GetUserAvailabilityResponse', [el('FreeBusyResponseArray', answers)]);
};

function refusal(): XmlNode {
  const error = new EwsError('ErrorMailRecipientNotFound', 'The recipient could not be found.');
  return el('FreeBusyResponse', [
    el('ResponseMessage', errorParts(error), { ResponseClass: 'Error' }),
    el('FreeBusyView', [el('FreeBusyViewType', 'None')]),
  ]);
}

interface Window {
  readonly from: number;
  readonly until: number;
  readonly step: number;
  readonly bias: number;
}

function freeBusy(account: Account, call: Call, { from, until, step, bias }: Window): XmlNode {
  const busy = busyTimes(account, from, until);
  let merged = '';
  for (let at = from; at < until; at += step) {
    const meeting = busy.filter(({ start, end }) => start < at + step && end > at);
    merged += Math.max(0, ...meeting.map(({ status }) => digits[status] ?? 2));
  }
  const events = busy.map(({ start, end, status }) =>
    el('CalendarEvent', [el('StartTime', local(start, bias)), el('EndTime', local(end, bias)), el('BusyType', status)]),
  );
  const detailed = childText(child(call.request, 'FreeBusyViewOptions'), 'RequestedView')?.startsWith('Detailed');
  return el('FreeBusyResponse', [
    el('ResponseMessage', [el('ResponseCode', 'NoError')], { ResponseClass: 'Success' }),
    el('FreeBusyView', [
      el('FreeBusyViewType', detailed ? 'DetailedMerged' : 'FreeBusyMerged'),
      el('MergedFreeBusy', merged),
      events.length > 0 ? el('CalendarEventArray', events) : undefined,
      workingHours,
    ]),
  ]);
}

function local(at: number, bias: number): string {
  return dateText(at - bias).replace(/Z$/, '');
}

function busyTimes({ mailbox }: Account, from: number, until: number): BusyTime[] {
  const found: BusyTime[] = [];
  for (const item of mailbox.folderNamed('calendar').byArrival) {
    const content = contentOf(item, mailbox);
    const status = content.properties.get('LegacyFreeBusyStatus')?.text ?? 'Busy';
    const single = timesOf(content);
    const times = content.properties.has('Recurrence')
      ? occurrencesOf(content)
      : [{ ...single, change: undefined, original: single.start }];
    for (const one of times) {
      if (one.original > until + 366 * 86_400_000) break;
      if (one.change !== 'deleted' && one.start < until && one.end > from)
        found.push({ start: one.start, end: one.end, status });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

const noChange = [el('Bias', 0), el('Time', '00:00:00'), el('DayOrder', 0), el('Month', 0), el('DayOfWeek', 'Sunday')];

const workingHours = el('WorkingHours', [
  el('TimeZone', [el('Bias', 0), el('StandardTime', noChange), el('DaylightTime', noChange)]),
  el('WorkingPeriodArray', [
    el('WorkingPeriod', [
      el('DayOfWeek', 'Monday Tuesday Wednesday Thursday Friday'),
      el('StartTimeInMinutes', 480),
      el('EndTimeInMinutes', 1020),
    ]),
  ]),
]);
