/** An element of an answer: local name, attributes, children in order, own text. */
export interface XmlNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlNode[];
  readonly text: string;
}

/** The first child of a name. */
export function childOf(node: XmlNode | undefined, name: string): XmlNode | undefined {
  if (node !== undefined) for (const child of node.children) if (child.name === name) return child;
  return undefined;
}

/** The first node at the end of a path of names. */
export function nodeAt(node: XmlNode | undefined, ...path: readonly string[]): XmlNode | undefined {
  let at = node;
  for (const name of path) at = childOf(at, name);
  return at;
}

/** Text of the node at the end of a path; undefined when there is none. */
export function textAt(node: XmlNode | undefined, ...path: readonly string[]): string | undefined {
  return nodeAt(node, ...path)?.text;
}

/** The first node of a name anywhere below, depth first. */
export function findNode(node: XmlNode | undefined, name: string): XmlNode | undefined {
  for (const child of node?.children ?? []) {
    const found = child.name === name ? child : findNode(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
