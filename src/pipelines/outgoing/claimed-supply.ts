import { asMailroomError, type MailroomError } from '../../base/errors.ts';
import type { OutgoingMail } from '../../contracts/mail-sender.ts';
import type { StoreScope } from '../../store/database.ts';
import { takeAllowance } from '../../store/send-allowance.ts';
import { type ClaimedBatch, claimEmails } from './claim-emails.ts';
import { type AttachmentList, composeEmail, listAttachments } from './compose.ts';
import { guardLoops } from './loop-guard.ts';
import type { ClaimedEmail } from './outgoing-email.ts';
import { withLease } from './outgoing-turn.ts';
import { planThreads, type ThreadPlan } from './plan-threads.ts';
import { ReadyList } from './ready-list.ts';
import { reportRefused } from './report.ts';
import type { TurnProgress } from './turn-progress.ts';

/** An email that may be handed over. */
export interface SuppliedEmail {
  readonly email: ClaimedEmail;
  /** The finished message, or why there is none; made when first asked for. */
  compose(): Promise<OutgoingMail | MailroomError>;
}

/** Emails claimed at a time, and how few are left when the next are claimed. */
const batchSize = 100;
const lowWater = 50;

/** Messages made before their turn comes: as many as are on the wire at a time. */
const composedAhead = 5;

/** The due emails of one turn, claimed in batches while those before are on the wire. */
export class ClaimedSupply {
  readonly #progress: TurnProgress;
  readonly #ready: ReadyList;
  #claimed: { readonly supplied: SuppliedEmail; readonly attachments: AttachmentList }[] = [];
  #filling: Promise<void> | undefined;
  #mayHaveMore = true;
  #taken = 0;

  constructor(progress: TurnProgress) {
    this.#progress = progress;
    this.#ready = new ReadyList(progress.turn.context);
  }

  /** True when the turn's share is used up, so that more may be due. */
  get isShareUsedUp(): boolean {
    return this.#taken >= this.#progress.turn.context.maxItems;
  }

  /** The next email; undefined when no more are due, the turn's share is used up or the turn has ended. */
  async next(): Promise<SuppliedEmail | undefined> {
    if (this.#claimed.length <= lowWater) this.#fillSoon();
    while (this.#claimed.length === 0 && this.#filling !== undefined) {
      await this.#filling;
      if (this.#claimed.length === 0) this.#fillSoon();
    }
    return this.#claimed.shift()?.supplied;
  }

  /** Makes the messages of the next few, those whose files need not be read for it. */
  composeAhead(): void {
    for (const { attachments, supplied } of this.#claimed.slice(0, composedAhead)) {
      if (attachments.length === 0) void supplied.compose();
    }
  }

  #fillSoon(): void {
    if (!this.#mayHaveMore || this.#filling !== undefined) return;
    this.#filling = this.#fill().finally(() => {
      this.#filling = undefined;
    });
  }

  async #fill(): Promise<void> {
    const { turn } = this.#progress;
    const share = Math.min(batchSize, turn.context.maxItems - this.#taken);
    try {
      const limit = this.#progress.isOver ? 0 : await this.#allowed(Math.max(0, share));
      const rows = await this.#ready.take(limit);
      if (rows.length < limit) await this.#allowed(rows.length - limit);
      this.#mayHaveMore = rows.length > 0;
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

  #add(email: ClaimedEmail, attachments: AttachmentList): void {
    const { database, clock } = this.#progress.turn.context;
    let mail: Promise<OutgoingMail | MailroomError> | undefined;
    const compose = () => {
      mail ??= composeEmail(database, email, attachments, clock.now()).catch(asMailroomError);
      return mail;
    };
    this.#claimed.push({ attachments, supplied: { email, compose } });
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
