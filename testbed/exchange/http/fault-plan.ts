import type { XmlNode } from '../xml/xml-node.ts';

/** Something the server does instead of, or besides, answering. */
export interface FaultRule {
  /** Name of the operation, such as `GetItem` or `Autodiscover`; every one when absent. */
  readonly operation?: string;
  /** Address of the mailbox acted for; every one when absent. */
  readonly mailbox?: string;
  /** Lets so many matching requests pass first. */
  readonly after?: number;
  /** How many requests it meets; once when absent, 0 for every one. */
  readonly times?: number;
  /**
   * `slow` waits and then answers; `status` answers with an HTTP status; `fault` with a SOAP fault; `error` with response messages
   * that all say no; `cut` resets the connection; `garbage` answers with bytes that are no XML; `half` sends half the answer and
   * resets.
   */
  readonly does: 'slow' | 'status' | 'fault' | 'error' | 'cut' | 'garbage' | 'half';
  /** Of `error`: the place of the one item that is refused, from 0; the others are carried out. All are refused when absent. */
  readonly item?: number;
  /** Carries the operation out first; so do `slow`, `garbage` and `half` unless this is false. */
  readonly acts?: boolean;
  /** Of `slow`: how long, ms, and a promise to wait for as well. */
  readonly delayMs?: number;
  readonly until?: Promise<void>;
  /** Of `status`; 503 when absent. */
  readonly status?: number;
  /** Header fields of `status`, such as Retry-After. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Of `fault` and `error`: a response code; ErrorServerBusy when absent. */
  readonly code?: string;
  readonly message?: string;
  /** Of `fault` and `error`: the wait that `MessageXml` names, ms. */
  readonly backOffMs?: number;
}

/** The faults still to come. */
export class FaultPlan {
  readonly #rules: { readonly rule: FaultRule; passed: number; met: number }[] = [];

  add(rule: FaultRule): void {
    this.#rules.push({ rule, passed: 0, met: 0 });
  }

  clear(): void {
    this.#rules.length = 0;
  }

  /** The rule that meets this request; each asking counts. */
  take(operation: string, mailbox: string): FaultRule | undefined {
    for (const entry of this.#rules) {
      const { rule } = entry;
      if (rule.operation !== undefined && rule.operation !== operation) continue;
      if (rule.mailbox !== undefined && rule.mailbox.toLowerCase() !== mailbox.toLowerCase()) continue;
      const times = rule.times ?? 1;
      if (times !== 0 && entry.met >= times) continue;
      if (entry.passed < (rule.after ?? 0)) {
        entry.passed += 1;
        continue;
      }
      entry.met += 1;
      return rule;
    }
    return undefined;
  }
}

/** `Value Name="BackOffMilliseconds"` for the `MessageXml` of a busy server. */
export function backOffDetails(ms: number | undefined): readonly XmlNode[] {
  if (ms === undefined) return [];
  return [{ name: 'Value', ns: 't', attributes: { Name: 'BackOffMilliseconds' }, children: [], text: String(ms) }];
}
