import type { MailHandle, MailRetriever } from '../../contracts/mail-retriever.ts';
import type { Database, StoreScope } from '../../store/database.ts';
import type { TurnContext } from '../turn.ts';
import { asTracked, type DecidedMail, decideGroup } from './decide-group.ts';
import { decideMails } from './decide-mails.ts';
import { createDirectory } from './directory.ts';
import { isForwardMailbox } from './forwarders.ts';
import type { IncomingMail } from './incoming-mail.ts';
import type { Judging } from './incoming-turn.ts';
import { type PreviewedMail, previewOf, previewOfBroken } from './previewed-mail.ts';
import { readHeads } from './read-heads.ts';
import { readSource } from './read-source.ts';
import { mailboxAddresses } from './resolve-people.ts';
import type { Revisit } from './revisit.ts';
import { tooLarge } from './too-large.ts';
import type { TrackedMail } from './tracked-mail.ts';

/** What a preview works with. */
export interface PreviewContext extends Pick<TurnContext, 'mailbox' | 'profile' | 'settings' | 'clock' | 'signal'> {
  readonly database: Database;
  readonly retriever: MailRetriever;
}

/** What a preview found out since its last step. */
export interface PreviewStep {
  /** Messages on the server, as far as they are listed. */
  readonly total: number;
  /** Messages looked at so far. */
  readonly done: number;
  /** Of this step; messages from before the date asked for are left out. */
  readonly mails: readonly PreviewedMail[];
}

/** Heads looked at together. */
const headsAtOnce = 200;

/** Bodies in memory at a time. */
const bodiesAtOnce = 16;

/**
 * Tells what a backfill or re-evaluation from `since` on would make of the mail on the server, judged by the code that judges it in
 * earnest: heads first, and the whole of what they do not refuse. Every read is in a transaction that cannot write, and nothing
 * on the server changes. Throws MailroomError when the conversation with the server fails.
 */
export async function* previewMail(
  context: PreviewContext,
  request: Pick<Revisit, 'kind' | 'since'>,
): AsyncGenerator<PreviewStep> {
  const imagined = new Map<string, TrackedMail>();
  const judging = judgingOf(context, request, imagined);
  let total = 0;
  let done = 0;
  for await (const page of context.retriever.list(null, context.signal)) {
    total += page.handles.length;
    yield { total, done, mails: [] };
    for (let at = 0; at < page.handles.length; at += headsAtOnce) {
      const group = page.handles.slice(at, at + headsAtOnce);
      const mails = await previewGroup(context, judging, imagined, group);
      done += group.length;
      yield { total, done, mails: mails.filter((mail) => mail.code !== 'BeforeStartDate') };
    }
  }
}

function judgingOf(
  { mailbox, settings, clock }: PreviewContext,
  { kind, since }: Pick<Revisit, 'kind' | 'since'>,
  imagined: ReadonlyMap<string, TrackedMail>,
): Judging {
  const now = clock.now();
  return {
    context: { settings, clock, mailbox },
    mailboxid: mailbox.mailboxid ?? undefined,
    addresses: mailboxAddresses(mailbox),
    isForward: isForwardMailbox(mailbox),
    directory: createDirectory(),
    startOn: since,
    revisit: { kind, since, askedOn: now, isStarted: true, progress: { total: 0, done: 0, tracked: 0 } },
    imagined,
  };
}

async function previewGroup(
  context: PreviewContext,
  judging: Judging,
  imagined: Map<string, TrackedMail>,
  group: readonly MailHandle[],
): Promise<readonly PreviewedMail[]> {
  const { retriever, clock, signal } = context;
  const heads = judging.isForward ? [] : await readHeads(retriever, group, clock.now(), signal);
  const settled = (await readOnly(context, (scope) => decideGroup(scope, judging, heads))).filter(
    ({ kind }) => kind !== 'accepted' && kind !== 'failed',
  );
  const isSettled = new Set(settled.map((one) => one.identified.mail.source.serverId));
  const previews = settled.map(previewOf);
  const wanted = group.filter(({ serverId }) => !isSettled.has(serverId));
  for (let at = 0; at < wanted.length; at += bodiesAtOnce) {
    previews.push(...(await previewWhole(context, judging, imagined, wanted.slice(at, at + bodiesAtOnce))));
  }
  const order = new Map(group.map(({ serverId }, at) => [serverId, at]));
  return previews.sort((one, other) => (order.get(one.serverId) ?? 0) - (order.get(other.serverId) ?? 0));
}

/** Fetches messages whole and judges them; those accepted are parents of what comes after. */
async function previewWhole(
  context: PreviewContext,
  judging: Judging,
  imagined: Map<string, TrackedMail>,
  handles: readonly MailHandle[],
): Promise<readonly PreviewedMail[]> {
  const previews: PreviewedMail[] = [];
  const mails: IncomingMail[] = [];
  const fetchable = handles.filter((handle) => {
    const error = tooLarge(handle, context.profile);
    if (error !== undefined) previews.push(previewOfBroken(handle, error));
    return error === undefined;
  });
  for await (const fetched of context.retriever.fetch(fetchable, context.signal)) {
    const { handle } = fetched;
    if ('error' in fetched) {
      previews.push(previewOfBroken(handle, fetched.error));
      continue;
    }
    const receivedOn = fetched.receivedOn ?? handle.receivedOn;
    const source = { serverId: handle.serverId, raw: fetched.raw, receivedOn };
    await readSource(judging, source).then(
      (read) => mails.push(...read),
      (error: unknown) => previews.push(previewOfBroken(handle, error)),
    );
  }
  const decided = await readOnly(context, (scope) => decideMails(scope, judging, mails));
  return [...previews, ...decided.map((one) => imagine(one, imagined, context.clock.now()))];
}

/** The preview of a decision; a message that lies on the server twice is tracked once (IN-30). */
function imagine(decided: DecidedMail, imagined: Map<string, TrackedMail>, now: Date): PreviewedMail {
  if (decided.kind !== 'accepted') return previewOf(decided);
  const { identity } = decided.identified;
  if (imagined.has(identity)) return previewOf({ ...decided, kind: 'stored' });
  imagined.set(identity, asTracked(decided, now));
  return previewOf(decided);
}

function readOnly<T>(context: PreviewContext, read: (scope: StoreScope) => Promise<T>): Promise<T> {
  return context.database.transaction(async (scope) => {
    await scope.sql('set transaction read only');
    return read(scope);
  });
}
