import { asMailroomError, type MailroomError } from '../../base/errors.ts';
import type { OutgoingMail } from '../../contracts/mail-sender.ts';
import type { StoreScope } from '../../store/database.ts';
import { takeAllowance } from '../../store/send-allowance.ts';
import { type ClaimedBatch, claimEmails } from './claim-emails.ts';
import { type AttachmentList, composeEmail, listAttachments } from './compose.ts';
import { guardLoops } from './loop-guard.ts';
import type { ClaimedEmail, EmailRow } from './outgoing-email.ts';
import { withLease } from './outgoing-turn.ts';
import { planThreads, type ThreadPlan } from './plan-threads.ts';
import { goesBefore, ReadyList } from './ready-list.ts';
import { reportRefused } from './report.ts';
import type { TurnProgress } from './turn-progress.ts';

/** An email that may be handed over. */
export interface SuppliedEmail {
  readonly email: ClaimedEmail;
  /** The finished message, or why there is none; made when first asked for. */
  compose(): Promise<OutgoingMail | MailroomError>;
  /** The finished message once it is made. */
  readonly mail: OutgoingMail | undefined;
}

/** Emails claimed at a time, and how few are left when the next are claimed. */
const batchSize = 100;
const lowWater = 100;

/** Messages made before their turn comes: as many as are on the wire at a time. */
const composedAhead = 5;

/** A turn whose share is used up so soon holds nobody up: it gets another. Milliseconds since its start. */
const quickMs = 5000;

/** How often is looked for emails queued meanwhile that are more urgent, milliseconds. */
const urgentEveryMs = 1000;

/** The due emails of one turn, claimed in batches while those before are on the wire. */
export class ClaimedSupply {
  readonly #progress: TurnProgress;
  readonly #ready: ReadyList;
  #claimed: { readonly supplied: SuppliedEmail; readonly attachments: AttachmentList }[] = [];
  #filling: Promise<void> | undefined;
  #mayHaveMore = true;
  #taken = 0;
  #share: number;
  readonly #startedAt: number;
  #lookedAt: number;

  constructor(progress: TurnProgress) {
    this.#progress = progress;
    this.#ready = new ReadyList(progress.turn.context);
    this.#share = progress.turn.context.maxItems;
    this.#startedAt = progress.turn.context.clock.now().getTime();
    this.#lookedAt = this.#startedAt;
  }

  /** True when the turn's share is used up, so that more may be due. */
  get isShareUsedUp(): boolean {
    return this.#taken >= this.#share;
  }

  /** The next email; undefined when no more are due, the turn's share is used up or the turn has ended. */
  async next(): Promise<SuppliedEmail | undefined> {
    this.#refill();
    while (this.#claimed.length === 0 && this.#filling !== undefined) {
      await this.#filling;
      if (this.#claimed.length === 0 && this.#mayHaveMore) this.#fillSoon((limit) => this.#takeNext(limit));
    }
    return this.#claimed.shift()?.supplied;
  }

  /** The next email if its message is made already; it counts as taken. */
  nextMade(): SuppliedEmail | undefined {
    if (this.#claimed[0]?.supplied.mail === undefined) return undefined;
    this.#refill();
    return this.#claimed.shift()?.supplied;
  }

  /** Makes the messages of the next few, those whose files need not be read for it. */
  composeAhead(): void {
    for (const { attachments, supplied } of this.#claimed.slice(0, composedAhead)) {
      if (attachments.length === 0) void supplied.compose();
    }
  }

  #refill(): void {
    if (this.#claimed.length <= lowWater && this.#mayHaveMore) this.#fillSoon((limit) => this.#takeNext(limit));
    this.#lookForUrgent();
  }

  #fillSoon(take: (limit: number) => Promise<readonly EmailRow[]>): void {
    this.#filling ??= this.#fill(take).finally(() => {
      this.#filling = undefined;
    });
  }

  /** An email queued just now goes before those that wait here and are less urgent (OU-05). */
  #lookForUrgent(): void {
    const now = this.#progress.turn.context.clock.now().getTime();
    const last = this.#claimed.at(-1)?.supplied.email.row;
    if (last === undefined || this.#filling !== undefined || now - this.#lookedAt < urgentEveryMs) return;
    this.#lookedAt = now;
    this.#fillSoon((limit) => (limit > 0 ? this.#ready.takeBefore(last, limit) : Promise.resolve([])));
  }

  async #takeNext(limit: number): Promise<readonly EmailRow[]> {
    const rows = await this.#ready.take(limit);
    this.#mayHaveMore = rows.length > 0;
    return rows;
  }

  async #fill(take: (limit: number) => Promise<readonly EmailRow[]>): Promise<void> {
    const { turn } = this.#progress;
    if (this.isShareUsedUp && this.#isQuick()) this.#share += turn.context.maxItems;
    const share = Math.min(batchSize, this.#share - this.#taken);
    try {
      const limit = this.#progress.isOver ? 0 : await this.#allowed(Math.max(0, share));
      const rows = await take(limit);
      if (rows.length < limit) await this.#allowed(rows.length - limit);
      if (rows.length === 0) return;
      const guarded = await guardLoops(turn.context, rows);
      this.#progress.failed += guarded.refused;
      if (guarded.rows.length === 0) return;
      const threads = await planThreads(turn, guarded.rows);
      const batch = await withLease(turn.context, (scope) => this.#claim(scope, threads));
      this.#taken += batch.emails.length + batch.refused.length;
      this.#progress.failed += batch.refused.length;
      const ids = batch.emails.map((email) => email.id);
      const attachments = await listAttachments(turn.context.database, ids);
      for (const email of batch.emails) this.#add(email, attachments.get(email.id) ?? []);
    } catch (thrown) {
      this.#mayHaveMore = false;
      this.#progress.error ??= asMailroomError(thrown);
    }
  }

  #isQuick(): boolean {
    return this.#progress.turn.context.clock.now().getTime() - this.#startedAt < quickMs;
  }

  #add(email: ClaimedEmail, attachments: AttachmentList): void {
    const { database, clock } = this.#progress.turn.context;
    let making: Promise<OutgoingMail | MailroomError> | undefined;
    let mail: OutgoingMail | undefined;
    const make = async (): Promise<OutgoingMail | MailroomError> => {
      try {
        mail = await composeEmail(database, email, attachments, clock.now());
        return mail;
      } catch (thrown) {
        return asMailroomError(thrown);
      }
    };
    const supplied: SuppliedEmail = {
      email,
      compose: () => {
        making ??= make();
        return making;
      },
      get mail() {
        return mail;
      },
    };
    const behind = this.#claimed.findIndex((one) => goesBefore(email.row, one.supplied.email.row));
    const place = behind < 0 ? this.#claimed.length : behind;
    this.#claimed.splice(place, 0, { attachments, supplied });
  }

  /** Of so many, those that the profile's limit a minute allows; what was not used is given back. */
  async #allowed(wanted: number): Promise<number> {
    const { database, profile, clock } = this.#progress.turn.context;
    const most = profile.mr_maxemailsperminute;
    if (!most || wanted === 0) return wanted;
    const id = profile.emailserverprofileid ?? '';
    const { granted, renewedOn } = await takeAllowance(database, id, most, wanted, clock.now());
    if (wanted > 0 && granted === 0) this.#progress.pausedUntil = renewedOn;
    return granted;
  }

  /** Claims, and fails at once what cannot be sent as it is. */
  async #claim(scope: StoreScope, threads: ReadonlyMap<string, ThreadPlan>): Promise<ClaimedBatch> {
    const { turn } = this.#progress;
    const claimed = await claimEmails(scope, turn, threads);
    for (const { row, error } of claimed.refused) await reportRefused(scope, turn.context, row, error);
    return claimed;
  }
}
