import { windowsZones } from '../calendar/windows-zones.ts';
import { zoneNode } from '../calendar/zone-node.ts';
import { answerEach } from '../soap/answer.ts';
import type { Operation } from '../soap/call.ts';
import { child, el } from '../xml/xml-node.ts';

/** GetServerTimeZones: the zones of Windows, with their rules when asked. */
export const getServerTimeZones: Operation = (call) => {
  const { request, world } = call;
  const asked = child(request, 'Ids')?.children.map(({ text }) => text);
  const full = request.attributes.ReturnFullTimeZoneData !== 'false';
  const year = new Date(world.now()).getUTCFullYear();
  return answerEach('GetServerTimeZones', [request], () => {
    const names = (asked ?? Object.keys(windowsZones)).filter((name) => windowsZones[name] !== undefined);
    return [
      el(
        'TimeZoneDefinitions',
        names.map((name) => zoneNode(name, full, year)),
      ),
    ];
  });
};
