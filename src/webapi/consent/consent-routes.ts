import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MailroomError } from '../../base/errors.ts';
import { isUuid } from '../../base/uuid.ts';
import { HttpError } from '../http-error.ts';
import { pageHeaders } from '../page/page-headers.ts';
import { readCookie, setCookie } from '../sign-in/cookies.ts';
import type { Caller } from '../sign-in.ts';
import { consentPage } from './consent-page.ts';

/** Lets people consent that this service uses their mailboxes (CN-05). */
export interface ConsentService {
  /** Where to send the browser, and what it keeps meanwhile; unreadable to it, and bound to the caller. Throws when the caller may not change the mailbox. */
  begin(
    caller: Caller,
    mailboxid: string,
    redirectUri: string,
  ): Promise<{ readonly url: string; readonly pending: string }>;
  /** Stores what the provider gave the person who came back to `url`. */
  finish(url: URL, redirectUri: string, pending: string): Promise<GivenConsent>;
}

/** What came of it, in words for the person. */
export interface GivenConsent {
  readonly mailbox: string;
  readonly provider: string;
  readonly account: string | undefined;
}

export interface ConsentRoutesOptions {
  readonly consents: ConsentService;
  readonly identify: (request: FastifyRequest) => Promise<Caller>;
  readonly originOf: (request: FastifyRequest) => string;
}

const pendingCookie = 'mailroom_consent';
const pendingPath = '/consent';
/** Where the provider sends the browser back to: an administrator registers it there. */
export const consentReturnPath = `${pendingPath}/return`;
const pendingSeconds = 600;

/**
 * Serves `GET /consent/{mailboxid}`, a page with one button; `GET /consent/{mailboxid}/begin`, which sends who is signed in to the
 * provider; and `GET /consent/return`, where the browser comes back. The button stands between because the session's cookie does not
 * travel on a link from a mail or another site.
 */
export function registerConsentRoutes(server: FastifyInstance, options: ConsentRoutesOptions): void {
  const { consents, originOf } = options;
  const keep = (origin: string, value: string, seconds: number) => ({
    name: pendingCookie,
    value,
    seconds,
    path: pendingPath,
    sameSite: 'Lax' as const,
    secure: origin.startsWith('https:'),
  });
  server.get(consentReturnPath, async (request, reply) => {
    const origin = originOf(request);
    const pending = readCookie(request.headers.cookie, pendingCookie);
    setCookie(reply, keep(origin, '', 0));
    return told(reply, async () => {
      if (pending === undefined) throw expired();
      const given = await consents.finish(new URL(request.url, origin), `${origin}${consentReturnPath}`, pending);
      const account = given.account === undefined ? '' : ` as ${given.account}`;
      const text = `Mailbox "${given.mailbox}" signs in at ${given.provider}${account}. It is being tested now; you can close this page.`;
      return consentPage({ title: 'Thank you', text });
    });
  });
  server.get(`${pendingPath}/:mailboxid`, async (request, reply) => {
    const mailboxid = mailboxOf(request);
    return show(
      reply,
      200,
      consentPage({
        title: 'Allow the use of a mailbox',
        text: 'You go to the provider of the mailbox, sign in there and allow this service to read and send its mail. No password comes here.',
        button: { label: 'Continue', href: `${pendingPath}/${mailboxid}/begin` },
      }),
    );
  });
  server.get(`${pendingPath}/:mailboxid/begin`, async (request, reply) => {
    const mailboxid = mailboxOf(request);
    const origin = originOf(request);
    try {
      const caller = await options.identify(request);
      const { url, pending } = await consents.begin(caller, mailboxid, `${origin}${consentReturnPath}`);
      setCookie(reply, keep(origin, pending, pendingSeconds));
      return reply.redirect(url, 302);
    } catch (thrown) {
      return told(reply, () => Promise.reject(thrown));
    }
  });
}

function mailboxOf(request: FastifyRequest): string {
  const { mailboxid } = request.params as { readonly mailboxid?: string };
  if (mailboxid !== undefined && isUuid(mailboxid)) return mailboxid;
  throw new HttpError(404, '80060888', 'There is no mailbox of that id.');
}

/** A page in any case: people read it, not programs. */
async function told(reply: FastifyReply, work: () => Promise<string>): Promise<FastifyReply> {
  try {
    return show(reply, 200, await work());
  } catch (thrown) {
    if (!(thrown instanceof MailroomError) && !(thrown instanceof HttpError)) throw thrown;
    const status = thrown instanceof HttpError ? thrown.status : thrown.kind === 'transient' ? 503 : 400;
    const needsSignIn = status === 401;
    const text = needsSignIn ? 'Sign in here first, then open this address again.' : thrown.message;
    const button = needsSignIn ? { label: 'Sign in', href: '/' } : undefined;
    return show(reply, status, consentPage({ title: 'This did not work', text, button }));
  }
}

function show(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply
    .code(status)
    .headers(pageHeaders)
    .header('content-security-policy', "default-src 'none'; base-uri 'none'; frame-ancestors 'none'")
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(page);
}

/** A consent that this browser did not begin, or too long ago. */
export function expired(): HttpError {
  return new HttpError(
    400,
    'mr_ConsentExpired',
    'This was not begun in this browser, or more than ten minutes ago. Open the link of the mailbox again.',
  );
}
