/** What was typed as a list of recipients. */
export interface TypedAddresses {
  readonly addresses: readonly string[];
  /** What is no address. */
  readonly wrong: readonly string[];
}

const plain = /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;".]+$/;

/** Reads `a@b.example, Name <c@d.example>; e@f.example`. */
export function readAddresses(typed: string): TypedAddresses {
  const found = typed
    .split(/[,;\n]+/)
    .map((one) => (/<([^<>]*)>\s*$/.exec(one)?.[1] ?? one).trim())
    .filter((one) => one !== '');
  return { addresses: found.filter((one) => plain.test(one)), wrong: found.filter((one) => !plain.test(one)) };
}
