import type { ApiRequest, ApiResponse } from './api-request.ts';
import type { BatchItem, BatchItemAnswer, BatchRequest } from './batch-item.ts';
import { relativeUrl } from './batch-url.ts';
import { errorJson } from './error-json.ts';
import { badPayload, unknownName } from './http-error.ts';
import { parseJsonObject } from './json-body.ts';

interface Entry extends BatchRequest {
  readonly group: string | undefined;
}

/** Reads a JSON batch (OData JSON 4.01, 19). Throws 400 naming the broken request. */
export function readJsonBatch(request: ApiRequest): readonly BatchItem[] {
  const { requests } = parseJsonObject(request.body, 'The batch');
  if (!Array.isArray(requests)) throw badPayload('A JSON batch is {"requests": [...]}.');
  const seen = new Set<string>();
  const groups = new Map<string, BatchRequest[]>();
  const items: BatchItem[] = [];
  requests.forEach((value: unknown, index) => {
    const entry = readEntry(value, `Request ${index + 1} of the batch`, seen);
    const group = entry.group === undefined ? undefined : groups.get(entry.group);
    if (group !== undefined) {
      group.push(entry);
      return;
    }
    const started: BatchRequest[] = [entry];
    if (entry.group !== undefined) groups.set(entry.group, started);
    items.push({ atomic: entry.group !== undefined, group: entry.group, requests: started });
  });
  return items;
}

/** Writes the answers, ids kept. */
export function writeJsonBatch(items: readonly BatchItemAnswer[]): ApiResponse {
  const responses = items.flatMap((item) => [
    ...item.answers.map(({ id, response }) => {
      const { body } = response;
      const shown = Buffer.isBuffer(body) ? body.toString('base64') : body;
      return { id, status: response.status, headers: response.headers, ...(body === undefined ? {} : { body: shown }) };
    }),
    ...(item.undone ?? []).map((id) => ({
      id,
      status: 424,
      headers: {},
      body: errorJson(
        'mr_DependencyFailed',
        'Another request of the same change set failed; nothing was written.',
        424,
      ),
    })),
  ]);
  return { status: 200, headers: {}, body: { responses } };
}

function readEntry(value: unknown, what: string, seen: Set<string>): Entry {
  const entry = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const { id, method, url, atomicityGroup, dependsOn, body, headers } = entry;
  if (typeof id !== 'string' || id === '') throw badPayload(`${what} needs an "id".`);
  if (seen.has(id)) throw badPayload(`${what} repeats the id '${id.slice(0, 60)}'.`);
  seen.add(id);
  if (typeof method !== 'string' || !/^(get|post|put|patch|delete)$/i.test(method))
    throw badPayload(`${what} needs a "method".`);
  if (typeof url !== 'string') throw badPayload(`${what} needs a "url".`);
  const depends = Array.isArray(dependsOn) ? dependsOn.filter((name) => typeof name === 'string') : [];
  const group = typeof atomicityGroup === 'string' ? atomicityGroup : undefined;
  const unknown = depends.find((name) => !seen.has(name));
  if (unknown !== undefined)
    throw unknownName(`${what} depends on '${unknown.slice(0, 60)}', which does not come before it.`);
  const request: ApiRequest = {
    method: method.toUpperCase(),
    ...relativeUrl(url, what),
    headers: readHeaders(headers),
    body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
  };
  if (group !== undefined) seen.add(group);
  return { id, request, dependsOn: depends, group };
}

function readHeaders(value: unknown): Readonly<Record<string, string | undefined>> {
  const headers: Record<string, string | undefined> = Object.create(null) as Record<string, string | undefined>;
  if (typeof value !== 'object' || value === null) return headers;
  for (const [name, text] of Object.entries(value)) if (typeof text === 'string') headers[name.toLowerCase()] = text;
  return headers;
}
