import { bringForward } from '../store/bring-forward.ts';
import { QuarantineStatus } from '../tables/choices.ts';
import { refuse } from './refuse.ts';
import type { TableRules } from './table-rules.ts';

/** A held message may be released or discarded by its status, nothing else (PAIN-02). */
export const quarantineRules: TableRules<'mr_quarantine'> = {
  async beforeCreate() {
    refuse(
      '80040203',
      'Quarantine rows are made by the incoming pipeline only. Change the status of one that is there.',
    );
  },
  async beforeUpdate(context, _id, before, values) {
    const status = values.mr_status;
    if (status !== QuarantineStatus.releaseAsked && status !== QuarantineStatus.discarded) {
      refuse(
        '80040203',
        `A quarantined message can be released (mr_status ${QuarantineStatus.releaseAsked}) or discarded (${QuarantineStatus.discarded}); nothing else of it can change.`,
      );
    }
    if (before.mr_status === QuarantineStatus.released)
      refuse('80040203', 'The message was released already. Use the email that mr_emailid names.');
    if (before.mr_mailboxid) {
      await bringForward(context.scope, before.mr_mailboxid.id, 'incoming', context.clock.now());
      context.touchedMailboxes.add(before.mr_mailboxid.id);
    }
    return { mr_status: status, mr_nextattempton: null };
  },
};
