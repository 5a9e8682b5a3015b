import { asMailroomError, MailroomError } from '../../base/errors.ts';
import type { Connector } from '../../contracts/connector.ts';
import type { MailSender, SentFate } from '../../contracts/mail-sender.ts';
import type { TurnContext } from '../turn.ts';

/** What is known of a message's fate: `later` when the server could not be asked and will be. */
export type FoundFate = SentFate | 'later';

/** The way to the server for one turn, opened when it is first needed. */
export class ServerLine {
  readonly #context: TurnContext;
  #connector: Promise<Connector> | undefined;
  #trouble: MailroomError | undefined;

  constructor(context: TurnContext) {
    this.#context = context;
  }

  /** Who sends. Throws what connecting throws, and configuration `8005E226` where the profile has no way to send. */
  async sender(): Promise<MailSender> {
    const context = this.#context;
    this.#connector ??= context.connect('outgoing', context.signal);
    const { sender } = await this.#connector;
    if (sender !== undefined) return sender;
    throw new MailroomError(
      `The profile "${context.profile.name ?? ''}" has no way to send mail. Choose a profile with an outgoing server.`,
      { code: '8005E226', kind: 'configuration' },
    );
  }

  /** What kept the server from being asked, where that will pass. */
  get trouble(): MailroomError | undefined {
    return this.#trouble;
  }

  /** What the server's sent mail tells of these messages: nothing where it keeps none or does not let us in, `later` where it does not answer now. */
  async lookUp(messageIds: readonly string[]): Promise<ReadonlyMap<string, FoundFate>> {
    const fates = new Map<string, FoundFate>();
    if (messageIds.length === 0) return fates;
    try {
      const sender = await this.sender();
      for (const id of messageIds) {
        if (sender.lookUp !== undefined) fates.set(id, await sender.lookUp(id, this.#context.signal));
      }
    } catch (thrown) {
      const error = asMailroomError(thrown);
      this.#context.log.warn({ err: error }, 'the sent mail of the server could not be looked at');
      if (error.kind !== 'transient' && error.kind !== 'throttled') return fates;
      this.#trouble = error;
      for (const id of messageIds) if (!fates.has(id)) fates.set(id, 'later');
    }
    return fates;
  }

  /** Ends in good order, or at once where that fails; never throws. */
  async close(): Promise<void> {
    const connector = await this.#connector?.catch(() => undefined);
    await connector?.close().catch(() => connector.abort());
  }
}
