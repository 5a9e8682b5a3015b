/** Reads the switches of `organization.orgdborgsettings`: names and texts. */
export function readSwitches(xml: string | null | undefined): Readonly<Record<string, string>> {
  const root = parse(xml);
  return Object.fromEntries(Array.from(root.children, (child) => [child.tagName, child.textContent ?? '']));
}

/** The XML with some switches set; what else it holds stays. */
export function writeSwitches(xml: string | null | undefined, changes: Readonly<Record<string, string>>): string {
  const root = parse(xml);
  for (const [name, value] of Object.entries(changes)) {
    const known = Array.from(root.children).find((child) => child.tagName === name);
    const element = known ?? root.appendChild(root.ownerDocument.createElement(name));
    element.textContent = value;
  }
  return new XMLSerializer().serializeToString(root);
}

function parse(xml: string | null | undefined): Element {
  const read = new DOMParser().parseFromString(xml || '<OrgSettings/>', 'text/xml');
  const isBroken = read.getElementsByTagName('parsererror').length > 0;
  return (isBroken ? new DOMParser().parseFromString('<OrgSettings/>', 'text/xml') : read).documentElement;
}
