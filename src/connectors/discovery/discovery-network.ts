import { Resolver } from 'node:dns/promises';
import { request } from 'undici';
import type { DiscoveryNetwork } from './find-mail-settings.ts';

/** Time each question may take, milliseconds: nobody waits long for a suggestion. */
const patienceMs = 5_000;
const largestText = 100_000;
const mostRedirects = 3;

/** The real network: the system's DNS, and HTTPS with verified certificates. */
export function discoveryNetwork(): DiscoveryNetwork {
  const resolver = new Resolver({ timeout: patienceMs, tries: 1 });
  return {
    srv: async (name) => {
      const found = await resolver.resolveSrv(name).catch(() => []);
      return found
        .sort((one, other) => one.priority - other.priority || other.weight - one.weight)
        .map(({ name: host, port }) => ({ host, port }));
    },
    mx: async (domain) => {
      const found = await resolver.resolveMx(domain).catch(() => []);
      return found.sort((one, other) => one.priority - other.priority).map(({ exchange }) => exchange);
    },
    text: (url, signal) => textAt(url, signal).catch(() => undefined),
  };
}

async function textAt(url: string, signal: AbortSignal): Promise<string | undefined> {
  let at = url;
  for (let hop = 0; hop <= mostRedirects; hop += 1) {
    if (!at.startsWith('https://')) return undefined;
    const answer = await request(at, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
      headersTimeout: patienceMs,
    });
    const location = answer.headers.location;
    if (answer.statusCode >= 300 && answer.statusCode < 400 && typeof location === 'string') {
      await answer.body.dump().catch(() => undefined);
      at = new URL(location, at).href;
      continue;
    }
    if (answer.statusCode !== 200) {
      await answer.body.dump().catch(() => undefined);
      return undefined;
    }
    let text = '';
    for await (const chunk of answer.body) {
      text += String(chunk);
      if (text.length > largestText) {
        answer.body.destroy();
        return undefined;
      }
    }
    return text;
  }
  return undefined;
}
