import type { ApiRequest } from './api-request.ts';

/** How much control information an answer carries (OData JSON 4.0, 3.1); `full` is answered as `minimal`, which clients must understand. */
export type MetadataLevel = 'none' | 'minimal';

const jsonFormat = /^(?:json|application\/json)\s*(?:;\s*(?:odata\.)?[\w.-]+=[\w.-]+\s*)*$/i;

/** True for a `$format` that can be answered. */
export function isJsonFormat(format: string): boolean {
  return jsonFormat.test(format.trim());
}

/** What `$format`, or else the `Accept` header, asks for. */
export function metadataLevel(request: Pick<ApiRequest, 'headers' | 'queryString'>): MetadataLevel {
  const format = /(?:^|&)(?:\$|%24)format=([^&]*)/i.exec(request.queryString)?.[1];
  const wish = format ?? request.headers.accept ?? '';
  return /odata\.metadata(?:=|%3d)none/i.test(wish) ? 'none' : 'minimal';
}

const controlInformation: ReadonlySet<string> = new Set(['@odata.context', '@odata.etag', '@odata.id', '@odata.type']);

/** An answer as JSON text; without metadata the control information goes but for links to further pages and counts. */
export function answerText(body: unknown, level: MetadataLevel): string {
  if (level === 'minimal') return JSON.stringify(body);
  return JSON.stringify(body, (key, value: unknown) => (controlInformation.has(key) ? undefined : value));
}
