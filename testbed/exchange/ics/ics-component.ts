/** One line of an iCalendar object. */
export interface IcsProperty {
  /** In upper case. */
  readonly name: string;
  /** By name in upper case. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly value: string;
}

/** A component with its properties and the components in it. */
export interface IcsComponent {
  readonly name: string;
  readonly properties: IcsProperty[];
  readonly components: IcsComponent[];
}

/** Reads an iCalendar object (RFC 5545 3.1) into its outermost components; lines that are none are passed over. */
export function readComponents(text: string): IcsComponent[] {
  const root: IcsComponent = { name: '', properties: [], components: [] };
  const open = [root];
  for (const line of text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/)) {
    const property = readProperty(line);
    if (property === undefined) continue;
    const parent = open.at(-1) ?? root;
    if (property.name === 'BEGIN') {
      const made = { name: property.value.toUpperCase(), properties: [], components: [] };
      parent.components.push(made);
      open.push(made);
    } else if (property.name === 'END') {
      if (open.length > 1) open.pop();
    } else parent.properties.push(property);
  }
  return root.components;
}

function readProperty(line: string): IcsProperty | undefined {
  const match = /^([A-Za-z0-9-]+)((?:;[^=;:]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):(.*)$/.exec(line);
  if (match === null) return undefined;
  const [, name = '', parameterText = '', value = ''] = match;
  const parameters = new Map<string, string>();
  for (const [, key = '', raw = ''] of parameterText.matchAll(/;([^=;:]+)=((?:"[^"]*"|[^";:])*)/g)) {
    parameters.set(key.toUpperCase(), raw.replace(/^"|"$/g, ''));
  }
  return { name: name.toUpperCase(), parameters, value };
}

/** The first property of a name. */
export function icsProperty(component: IcsComponent, name: string): IcsProperty | undefined {
  return component.properties.find((one) => one.name === name);
}

/** The value of the first property of a name, as text. */
export function icsText(component: IcsComponent, name: string): string | undefined {
  const value = icsProperty(component, name)?.value;
  return value?.replace(/\\([nN\\;,])/g, (_, sign: string) => (/n/i.test(sign) ? '\r\n' : sign));
}

/** Text as a value. */
export function icsEscape(text: string): string {
  return text.replace(/[\\;,]/g, (sign) => `\\${sign}`).replace(/\r?\n/g, '\\n');
}

/** Lines folded to 75 bytes (RFC 5545 3.1). */
export function foldLines(lines: readonly string[]): string {
  return `${lines.map(fold).join('\r\n')}\r\n`;
}

function fold(line: string): string {
  const parts: string[] = [];
  let part = '';
  let bytes = 0;
  for (const sign of line) {
    const size = Buffer.byteLength(sign);
    if (bytes + size > 74) {
      parts.push(part);
      part = '';
      bytes = 0;
    }
    part += sign;
    bytes += size;
  }
  return [...parts, part].join('\r\n ');
}
