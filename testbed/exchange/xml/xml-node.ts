/** An element; its namespace is the prefix the simulator uses for it: `s` SOAP, `m` messages, `t` types, else the URI itself. */
export interface XmlNode {
  readonly name: string;
  readonly ns: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlNode[];
  readonly text: string;
}

type Content = string | number | boolean | readonly (XmlNode | undefined)[];

/** An element to be written; the writer puts it into the namespace and the place that the schema gives it. */
export function el(name: string, content: Content = '', attributes: Readonly<Record<string, string>> = {}): XmlNode {
  const isList = Array.isArray(content);
  return {
    name,
    ns: '',
    attributes,
    children: isList ? content.filter((one): one is XmlNode => one !== undefined) : [],
    text: isList ? '' : String(content),
  };
}

/** An element with attributes alone. */
export function empty(name: string, attributes: Readonly<Record<string, string>> = {}): XmlNode {
  return el(name, '', attributes);
}

/** The first child of that name. */
export function child(node: XmlNode | undefined, name: string): XmlNode | undefined {
  return node?.children.find((one) => one.name === name);
}

/** The node reached by the names one after another. */
export function descend(node: XmlNode | undefined, ...names: string[]): XmlNode | undefined {
  return names.reduce<XmlNode | undefined>((from, name) => child(from, name), node);
}

/** The text of the first child of that name; undefined without such a child. */
export function childText(node: XmlNode | undefined, name: string): string | undefined {
  return child(node, name)?.text;
}
