import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../http/read-body.ts';
import type { SignInDesk } from '../http/sign-in.ts';
import type { World } from '../store/world.ts';
import { answerPox } from './autodiscover-pox.ts';
import { type AutodiscoverFacts, redirectOf } from './autodiscover-rules.ts';
import { answerAutodiscoverSoap } from './autodiscover-soap.ts';

/** Answers below /autodiscover/: the plain XML and SOAP forms after sign-in, the JSON form without. */
export async function answerAutodiscover(
  request: IncomingMessage,
  response: ServerResponse,
  world: World,
  desk: SignInDesk,
  facts: AutodiscoverFacts,
): Promise<number> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const path = url.pathname.toLowerCase();
  const say = (status: number, body: string, headers: Record<string, string | string[]>): number => {
    response.writeHead(status, headers).end(body);
    return status;
  };
  if (path.startsWith('/autodiscover/autodiscover.json')) {
    const { status, body } = answerJson(url, world, facts);
    return say(status, JSON.stringify(body), { 'Content-Type': 'application/json' });
  }
  if (request.method === 'GET' && facts.getRedirect !== undefined) return say(302, '', { Location: facts.getRedirect });
  const body = ((await readBody(request, 1_000_000)) ?? Buffer.alloc(0)).toString('utf8');
  const who = await desk.check(request);
  if (!('account' in who)) return say(401, '', { 'WWW-Authenticate': [...who.challenges] });
  const xml = { 'Content-Type': 'text/xml; charset=utf-8' };
  try {
    if (path.endsWith('.svc') && world.version.generation > 0)
      return say(200, answerAutodiscoverSoap(body, world, facts), xml);
    if (path.endsWith('.xml')) return say(200, answerPox(body, world, facts), xml);
    return say(404, '', {});
  } catch (error) {
    return say(400, error instanceof Error ? error.message : String(error), { 'Content-Type': 'text/plain' });
  }
}

const protocols = ['EWS', 'AutodiscoverV1', 'ActiveSync', 'REST'];

/** The JSON form (v2): `?Email=ADDRESS&Protocol=EWS`, or the address in the path. */
function answerJson(url: URL, world: World, facts: AutodiscoverFacts): { status: number; body: unknown } {
  const inPath = /\/autodiscover\.json\/v1\.0\/([^/]+)/i.exec(url.pathname)?.[1];
  const find = (name: string): string | undefined =>
    [...url.searchParams].find(([key]) => key.toLowerCase() === name)?.[1];
  const address = decodeURIComponent(inPath ?? find('email') ?? '');
  const wanted = find('protocol') ?? '';
  const protocol = protocols.find((one) => one.toLowerCase() === wanted.toLowerCase());
  if (protocol === undefined) {
    const words = `The given protocol value '${wanted}' is invalid. Supported values are '${protocols.join(',')}'.`;
    return { status: 400, body: { ErrorCode: 'InvalidProtocol', ErrorMessage: words } };
  }
  const redirect = redirectOf(facts, address);
  if (redirect?.url !== undefined) return { status: 200, body: { Protocol: protocol, Url: redirect.url } };
  const account = world.account(redirect?.address ?? address);
  if (account === undefined) {
    return { status: 404, body: { ErrorCode: 'UserNotFound', ErrorMessage: 'The given user is not found.' } };
  }
  const target =
    protocol === 'AutodiscoverV1' ? facts.ewsUrl.replace(/\/EWS\/.*$/, '/autodiscover/autodiscover.xml') : facts.ewsUrl;
  return { status: 200, body: { Protocol: protocol, Url: target } };
}
