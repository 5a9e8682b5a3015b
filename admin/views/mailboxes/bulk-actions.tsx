import { Approval } from '../../../src/tables/choices.ts';
import type { ApiRow } from '../../api/api-row.ts';
import { useWrites } from '../../api/use-writes.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { doEach, type TellProgress } from '../../parts/do-each.ts';
import { useNotify } from '../../parts/notices.tsx';
import { mailboxActionsText as text } from '../../text/mailbox-actions.ts';

type Mailbox = ApiRow<'mailbox'>;

/** What can be done to mailboxes, one or many (behaviour UI-08). */
export function BulkActions({ rows, onDone }: { readonly rows: readonly Mailbox[]; readonly onDone?: () => void }) {
  const writes = useWrites();
  const notify = useNotify();
  const names = rows.map((row) => row.name ?? '');
  const each =
    (work: (id: string) => Promise<unknown>, done: (count: number) => string) =>
    async (tell: TellProgress): Promise<void> => {
      await doEach(
        rows,
        (row) => row.name ?? '',
        (row) => work(row.mailboxid ?? ''),
        tell,
      );
      notify(done(rows.length));
      onDone?.();
    };
  const approve = (value: number) => (id: string) => writes.update('mailbox', id, { emailrouteraccessapproval: value });
  const canApprove = rows.some((row) => row.emailrouteraccessapproval !== Approval.approved);
  const actives = rows.filter((row) => row.statecode === 0);
  return (
    <>
      {canApprove && (
        <ConfirmButton {...text.approve} names={names} onConfirm={each(approve(Approval.approved), text.approve.done)}>
          {text.approve.sentence}
        </ConfirmButton>
      )}
      <ConfirmButton
        {...text.test}
        names={names}
        onConfirm={each((id) => writes.act('mailbox', id, 'mr_TestAndEnable'), text.test.done)}
      >
        {text.test.sentence}
      </ConfirmButton>
      <ConfirmButton
        {...text.defaults}
        names={names}
        onConfirm={each((id) => writes.act('mailbox', id, 'mr_ApplyDefaultEmailSettings'), text.defaults.done)}
      >
        {text.defaults.sentence}
      </ConfirmButton>
      <ConfirmButton {...text.reject} names={names} onConfirm={each(approve(Approval.rejected), text.reject.done)}>
        {text.reject.sentence}
      </ConfirmButton>
      {actives.length > 0 ? (
        <ConfirmButton
          {...text.deactivate}
          names={names}
          onConfirm={each((id) => writes.update('mailbox', id, { statecode: 1 }), text.deactivate.done)}
        >
          {text.deactivate.sentence}
        </ConfirmButton>
      ) : (
        <ConfirmButton
          {...text.activate}
          names={names}
          onConfirm={each((id) => writes.update('mailbox', id, { statecode: 0 }), text.activate.done)}
        >
          {text.activate.sentence}
        </ConfirmButton>
      )}
    </>
  );
}
