import { el, empty, type XmlNode } from '../xml/xml-node.ts';
import { windowsZones } from './windows-zones.ts';
import { type ClockChange, zoneRules } from './zone-rules.ts';

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** Element `TimeZoneDefinition` (or of another name) of a Windows zone; with its rules in that year when `full`. */
export function zoneNode(windowsName: string, full: boolean, year: number, name = 'TimeZoneDefinition'): XmlNode {
  const zone = windowsZones[windowsName] ?? 'UTC';
  const attributes = { Id: windowsName, Name: `(${zone}) ${windowsName}` };
  if (!full) return empty(name, attributes);
  const rules = zoneRules(zone, year);
  const standardId = 'trule:Microsoft/Registry/Standard';
  const daylightId = 'trule:Microsoft/Registry/Daylight';
  const periods = [period('Standard', standardId, rules.standard)];
  const transitions: XmlNode[] = [];
  if (rules.daylight !== undefined && rules.toDaylight !== undefined && rules.toStandard !== undefined) {
    periods.push(period('Daylight', daylightId, rules.daylight));
    transitions.push(recurring(rules.toDaylight, daylightId), recurring(rules.toStandard, standardId));
  } else transitions.push(el('Transition', [target('Period', standardId)]));
  return el(
    name,
    [
      el('Periods', periods),
      el('TransitionsGroups', [el('TransitionsGroup', transitions, { Id: '0' })]),
      el('Transitions', [el('Transition', [target('Group', '0')])]),
    ],
    attributes,
  );
}

function period(name: string, id: string, offset: number): XmlNode {
  return empty('Period', { Bias: duration(-offset), Name: name, Id: id });
}

function target(kind: string, id: string): XmlNode {
  return el('To', id, { Kind: kind });
}

function recurring({ month, dayOfWeek, occurrence, minutes }: ClockChange, period: string): XmlNode {
  return el('RecurringDayTransition', [
    target('Period', period),
    el('TimeOffset', duration(minutes)),
    el('Month', month),
    el('DayOfWeek', days[dayOfWeek] ?? 'Sunday'),
    el('Occurrence', occurrence),
  ]);
}

/** Minutes as XML Schema writes a duration. */
function duration(minutes: number): string {
  const size = Math.abs(minutes);
  const text = `PT${Math.floor(size / 60)}H${size % 60}M0.0S`;
  return minutes < 0 ? `-${text}` : text;
}
