import { bringForward } from '../store/bring-forward.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { DeliveryMethod, FolderOnboarding, FolderRuleState } from '../tables/choices.ts';
import { refuse } from './refuse.ts';
import type { RuleContext, TableRules } from './table-rules.ts';
import { lockFor } from './visible-row.ts';

type FolderRule = RecordOf<'mailboxtrackingfolder'>;

/** Rules of tracked folders are made and deleted, never changed (FT-01 to FT-03, FT-16). Whether the folder is there shows later (FT-17). */
export const folderRuleRules: TableRules<'mailboxtrackingfolder'> = {
  async beforeCreate(context, values) {
    const { mailboxid } = values;
    const folderId = (values.exchangefolderid ?? '').trim();
    if (mailboxid == null || folderId === '') {
      refuse('80040203', 'A folder tracking rule needs mailboxid and exchangefolderid. Enter both.');
    }
    const mailbox = await lockFor(context, 'write', 'mailbox', mailboxid.id);
    checkMailbox(context, mailbox);
    await checkOthers(context, mailbox, folderId);
    return {
      ...values,
      exchangefolderid: folderId,
      folderonboardingstatus: FolderOnboarding.waiting,
      mr_state: FolderRuleState.waiting,
      mr_statereason: 'The next turn of the mailbox looks at it.',
      organizationid: { table: 'organization', id: context.settings.organizationid },
      ownerid: mailbox.ownerid ?? values.ownerid ?? null,
    };
  },
  afterCreate: (context, _id, { mailboxid }) => lookNow(context, mailboxid),
  afterDelete: (context, _id, { mailboxid }) => lookNow(context, mailboxid),
  async beforeUpdate() {
    return refuse(
      '8006088C',
      'A folder tracking rule cannot be changed. Delete it and make a new one; no email is touched by that.',
    );
  },
};

/** Someone waits for what the next turn makes of the rule. */
async function lookNow(context: RuleContext, mailbox: FolderRule['mailboxid']): Promise<void> {
  if (mailbox == null) return;
  await bringForward(context.scope, mailbox.id, 'incoming', context.clock.now());
  context.touchedMailboxes.add(mailbox.id);
}

/** FT-01, QU-10 */
function checkMailbox({ settings }: RuleContext, mailbox: RecordOf<'mailbox'>): void {
  const name = `Mailbox "${mailbox.name ?? ''}"`;
  if (!settings.folderTracking.enabled) {
    refuse(
      '80040203',
      `${name}: folder-level tracking is switched off. Have an administrator set organization.isfolderbasedtrackingenabled.`,
    );
  }
  const owner = mailbox.regardingobjectid?.table;
  const isAllowed = owner === 'systemuser' || (owner === 'queue' && settings.switches.mr_TrackFoldersOfQueues);
  if (!isAllowed) {
    const help =
      owner === 'queue'
        ? 'Have an administrator set mr_TrackFoldersOfQueues in organization.orgdborgsettings.'
        : "Use a user's mailbox.";
    refuse('80040203', `${name} belongs to no user, and folders are tracked in users' mailboxes. ${help}`);
  }
  if (mailbox.incomingemaildeliverymethod !== DeliveryMethod.serverSide) {
    refuse(
      '80040203',
      `${name}: folders are tracked where incoming email is carried by server-side synchronization (2). Set incomingemaildeliverymethod first.`,
    );
  }
}

/** FT-03; one rule a folder, so that it is clear which counts. */
async function checkOthers(context: RuleContext, mailbox: RecordOf<'mailbox'>, folderId: string): Promise<void> {
  const { mostRules } = context.settings.folderTracking;
  const name = `Mailbox "${mailbox.name ?? ''}"`;
  const { rows } = await context.scope.records.retrieveMultiple({
    table: 'mailboxtrackingfolder',
    columns: ['exchangefolderid'],
    filter: { column: 'mailboxid', operator: 'eq', value: mailbox.mailboxid ?? '' },
  });
  if (rows.some((row: FolderRule) => row.exchangefolderid === folderId)) {
    refuse('80040237', `${name} has a rule for this folder already. Delete that one first.`);
  }
  if (rows.length >= mostRules) {
    refuse(
      '80040203',
      `${name} has ${rows.length} folder tracking rules, and ${mostRules} are allowed. Delete one, or have an administrator raise organization.maxfolderbasedtrackingmappings.`,
    );
  }
}
