import type { ApiContext, ApiRequest, ApiResponse } from './api-request.ts';
import type { BatchAnswer, BatchItem, BatchItemAnswer, BatchRequest } from './batch-item.ts';
import { readJsonBatch, writeJsonBatch } from './batch-json.ts';
import { readMultipartBatch, writeMultipartBatch } from './batch-multipart.ts';
import { errorResponse } from './error-json.ts';
import { HttpError, unknownName } from './http-error.ts';
import { parsePrefer } from './prefer.ts';
import { requireMethod } from './responses.ts';

type Dispatch = (context: ApiContext, request: ApiRequest) => Promise<ApiResponse>;

/** Most requests of one batch, as in Dataverse. */
const mostRequests = 1000;

/** Carries out `$batch` (OData 4.01 protocol 11.7), multipart or JSON; stops at the first failure unless `Prefer: odata.continue-on-error`. */
export async function runBatch(context: ApiContext, request: ApiRequest, dispatch: Dispatch): Promise<ApiResponse> {
  requireMethod(request, 'POST');
  if (context.contentIds !== undefined) throw unknownName('A batch cannot hold another batch.');
  const type = request.headers['content-type'] ?? '';
  const boundary = /^multipart\/mixed\s*;.*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(type);
  const name = boundary?.[1] ?? boundary?.[2];
  const items = name === undefined ? readJsonBatch(request) : readMultipartBatch(request.body ?? Buffer.alloc(0), name);
  const count = items.reduce((sum, item) => sum + item.requests.length, 0);
  if (count > mostRequests) throw unknownName(`The batch holds ${count} requests; at most ${mostRequests} are taken.`);
  const contentIds = new Map<string, string>();
  const answers: BatchItemAnswer[] = [];
  const failed = new Set<string>();
  let firstFailure: number | undefined;
  for (const item of items) {
    const answer = await runItem(context, item, contentIds, failed, dispatch);
    const failure = answer.answers.find(({ response }) => response.status >= 400);
    answers.push(failure === undefined ? answer : { ...answer, undone: undoneBy(item, failure.id) });
    if (failure === undefined) continue;
    firstFailure ??= failure.response.status;
    for (const id of [item.group, ...item.requests.map((request) => request.id)]) if (id !== undefined) failed.add(id);
    if (!context.prefer.continueOnError) break;
  }
  const status = context.prefer.continueOnError ? 200 : (firstFailure ?? 200);
  const response = name === undefined ? writeJsonBatch(answers) : writeMultipartBatch(answers, name, status);
  if (!context.prefer.continueOnError) return response;
  return { ...response, headers: { ...response.headers, 'preference-applied': 'odata.continue-on-error' } };
}

function undoneBy(item: BatchItem, failed: string | undefined): readonly string[] {
  return item.requests.flatMap(({ id }) => (id === undefined || id === failed ? [] : [id]));
}

async function runItem(
  context: ApiContext,
  item: BatchItem,
  contentIds: Map<string, string>,
  failed: ReadonlySet<string>,
  dispatch: Dispatch,
): Promise<BatchItemAnswer> {
  if (!item.atomic) {
    const [only] = item.requests;
    if (only === undefined) return { atomic: false, answers: [] };
    const response = await runOne(context, only, contentIds, failed, dispatch).catch((error: unknown) =>
      errorResponse(error, context.log),
    );
    return { atomic: false, answers: [{ id: only.id, response }] };
  }
  return runChangeSet(context, item, contentIds, failed, dispatch);
}

async function runChangeSet(
  context: ApiContext,
  item: BatchItem,
  contentIds: Map<string, string>,
  failed: ReadonlySet<string>,
  dispatch: Dispatch,
): Promise<BatchItemAnswer> {
  let current: string | undefined;
  try {
    const { together } = context.records;
    if (together === undefined) throw new HttpError(501, 'mr_NoTransactions', 'Change sets are not available here.');
    const answers = await together.call(context.records, async (records) => {
      const done: BatchAnswer[] = [];
      const ids = new Map(contentIds);
      for (const part of item.requests) {
        current = part.id;
        if (part.request.method === 'GET') throw unknownName('A change set cannot hold GET requests.');
        done.push({ id: part.id, response: await runOne({ ...context, records }, part, ids, failed, dispatch) });
      }
      for (const [id, url] of ids) contentIds.set(id, url);
      return done;
    });
    return { atomic: true, answers: answers as readonly BatchAnswer[] };
  } catch (error) {
    return { atomic: true, answers: [{ id: current, response: errorResponse(error, context.log) }] };
  }
}

async function runOne(
  context: ApiContext,
  part: BatchRequest,
  contentIds: Map<string, string>,
  failed: ReadonlySet<string>,
  dispatch: Dispatch,
): Promise<ApiResponse> {
  const missing = part.dependsOn.find((id) => failed.has(id));
  if (missing !== undefined)
    throw new HttpError(424, 'mr_DependencyFailed', `The request '${missing}' it depends on failed.`);
  const path = resolvePath(part.request.path, contentIds, context.serviceRoot);
  const inner: ApiContext = { ...context, contentIds, prefer: parsePrefer(part.request.headers.prefer) };
  const response = await dispatch(inner, { ...part.request, path });
  const url = response.headers['odata-entityid'];
  if (part.id !== undefined && url !== undefined) contentIds.set(`$${part.id}`, url);
  return response;
}

/** Puts the URL of an earlier answer where the path begins with its `$<id>`. */
function resolvePath(path: string, contentIds: ReadonlyMap<string, string>, serviceRoot: string): string {
  const reference = /^\/?(\$[^/]+)(\/.*)?$/s.exec(path);
  const url = reference?.[1] === undefined ? undefined : contentIds.get(reference[1]);
  if (url === undefined) return path;
  return `${url.startsWith(serviceRoot) ? url.slice(serviceRoot.length) : url}${reference?.[2] ?? ''}`;
}
