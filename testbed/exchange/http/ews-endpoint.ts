import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { streamEvents } from '../notifications/event-stream.ts';
import type { Call } from '../soap/call.ts';
import type { SoapAnswer, SoapService } from '../soap/soap-service.ts';
import type { Account } from '../store/account.ts';
import type { World } from '../store/world.ts';
import type { FaultPlan, FaultRule } from './fault-plan.ts';
import { readBody } from './read-body.ts';
import type { RequestLog } from './request-log.ts';
import type { Throttle } from './throttle.ts';

/** What the endpoint works with. */
export interface EwsParts {
  readonly world: World;
  readonly soap: SoapService;
  readonly faults: FaultPlan;
  readonly log: RequestLog;
  /** Pause between signs of life of a stream without news, ms. */
  readonly heartbeatMs: number;
  readonly throttle: Throttle;
}

const xml = 'text/xml; charset=utf-8';

/** Answers POST /EWS/Exchange.asmx of someone who signed in. */
export async function answerEws(
  parts: EwsParts,
  caller: Account,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { world, soap, log, throttle } = parts;
  const body = await readBody(request, world.version.requestLimitBytes);
  const record: Record = (operation, mailbox, status, bytesOut) =>
    log.add({
      operation,
      mailbox,
      caller: caller.address,
      status,
      bytesIn: body?.length ?? 0,
      bytesOut,
      headers: request.headers,
    });
  if (body === undefined) {
    record('', '', 413, 0);
    response.writeHead(413).end();
    return;
  }
  let call: Call | undefined;
  try {
    call = soap.read(body.toString('utf8'), caller, affinityOf(request, world));
    const leave = throttle.enter(call.reader);
    await answerEntered(parts, call, request, response, record, leave).finally(leave);
  } catch (thrown) {
    const answer = soap.fault(thrown);
    record(call?.request.name ?? '', call?.reader.address ?? '', answer.status, send(response, answer));
  }
}

async function answerEntered(
  parts: EwsParts,
  call: Call,
  request: IncomingMessage,
  response: ServerResponse,
  record: Record,
  leave: () => void,
): Promise<void> {
  if (request.headers['x-preferserveraffinity'] === 'true') {
    response.setHeader('Set-Cookie', `${affinityCookie}=${call.backEnd}; path=/; HttpOnly`);
  }
  // Streams have a limit of their own.
  if (call.request.name === 'GetStreamingEvents') leave();
  await answerCall(parts, call, response, record);
}

type Record = (operation: string, mailbox: string, status: number, bytesOut: number) => void;

async function answerCall(parts: EwsParts, call: Call, response: ServerResponse, record: Record): Promise<void> {
  const { world, soap, faults } = parts;
  const rule = faults.take(call.request.name, call.reader.address);
  const isStream = call.request.name === 'GetStreamingEvents' && world.version.hasStreaming;
  if (isStream && (rule === undefined || rule.does === 'slow')) {
    if (rule !== undefined) await wait(rule);
    record(call.request.name, call.reader.address, 200, 0);
    await streamEvents(call, soap, response, parts.heartbeatMs);
    return;
  }
  const done = rule === undefined ? await soap.answer(call) : await misbehave(parts, rule, call, response);
  const bytes = done === undefined ? 0 : send(response, done);
  record(call.request.name, call.reader.address, done?.status ?? 0, bytes);
}

const affinityCookie = 'X-BackEndOverrideCookie';

/** The server a client comes back to: by the cookie it was given, else by the mailbox it names as anchor. */
function affinityOf({ headers }: IncomingMessage, world: World): string | undefined {
  const cookie = new RegExp(`(?:^|;\\s*)${affinityCookie}=([^;]+)`, 'i').exec(headers.cookie ?? '')?.[1];
  if (cookie !== undefined) return cookie;
  const anchor = headers['x-anchormailbox'];
  const account = typeof anchor === 'string' ? world.account(anchor) : undefined;
  return account && world.backEndOf(account);
}

function send(response: ServerResponse, { status, body }: SoapAnswer): number {
  const bytes = Buffer.from(body, 'utf8');
  if (!response.destroyed)
    response.writeHead(status, { 'Content-Type': xml, 'Content-Length': bytes.length }).end(bytes);
  return bytes.length;
}

async function wait({ delayMs, until }: FaultRule): Promise<void> {
  if (delayMs !== undefined) await delay(delayMs, undefined, { ref: false });
  await until;
}

/** Does what the rule says; undefined when the response is dealt with already. */
async function misbehave(
  { soap }: EwsParts,
  rule: FaultRule,
  call: Call,
  response: ServerResponse,
): Promise<SoapAnswer | undefined> {
  const actsByNature = rule.does === 'slow' || rule.does === 'garbage' || rule.does === 'half';
  if (rule.does === 'slow') await wait(rule);
  if (rule.does === 'error' && rule.item !== undefined) return soap.refuseItem(call, rule, rule.item);
  const answer = (rule.acts ?? actsByNature) ? await soap.answer(call) : { status: 200, body: '' };
  switch (rule.does) {
    case 'slow':
      return answer;
    case 'fault':
    case 'error':
      return soap.refuse(call, rule);
    case 'status':
      response.writeHead(rule.status ?? 503, { 'Content-Type': 'text/html', ...rule.headers }).end(rule.message ?? '');
      return undefined;
    case 'cut':
      response.socket?.resetAndDestroy();
      return undefined;
    case 'garbage':
      response.writeHead(200, { 'Content-Type': xml }).end(`<s:Envelope>\u0000${rule.message ?? 'garbage'}</`);
      return undefined;
    case 'half': {
      const bytes = Buffer.from(answer.body, 'utf8');
      response.writeHead(answer.status, { 'Content-Type': xml, 'Content-Length': bytes.length });
      response.write(bytes.subarray(0, bytes.length >> 1), () => response.socket?.resetAndDestroy());
      return undefined;
    }
  }
}
