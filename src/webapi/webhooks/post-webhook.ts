import { Agent, request } from 'undici';
import type { AttemptResult } from './decide-delivery.ts';

/** Sends one webhook body; never throws. */
export type PostWebhook = (
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
) => Promise<AttemptResult>;

/** Time a receiver has to answer, milliseconds (Standard Webhooks asks for 15 to 30 seconds). */
const answerMs = 20_000;

/** Posts over HTTP with verified TLS; redirects are not followed and the answer's body is not read. `close` ends the connections. */
export function createPostWebhook(): PostWebhook & { close(): Promise<void> } {
  const agent = new Agent({ connect: { timeout: 10_000 }, headersTimeout: answerMs, bodyTimeout: answerMs });
  const post: PostWebhook = async (url, headers, body, signal) => {
    try {
      const answer = await request(url, {
        dispatcher: agent,
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'Mailroom', ...headers },
        body,
        signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
      });
      await answer.body.dump({ limit: 65_536 }).catch(() => undefined);
      const retryAfter = Number(answer.headers['retry-after']);
      return {
        kind: 'answered',
        status: answer.statusCode,
        retryAfterMs: Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter * 1000 : undefined,
      };
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error));
      const code = (cause as { code?: unknown }).code;
      const reason = `No answer from ${new URL(url).host}: ${cause.message}${typeof code === 'string' ? ` (${code})` : ''}.`;
      return { kind: 'failed', reason: reason.slice(0, 500) };
    }
  };
  return Object.assign(post, { close: () => agent.close() });
}
