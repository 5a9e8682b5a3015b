import { EmailState, EmailStatus, SendOutcome } from '../../../src/tables/choices.ts';
import type { ApiRow } from '../../api/api-row.ts';
import { useWrites } from '../../api/use-writes.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { doEach } from '../../parts/do-each.ts';
import { useNotify } from '../../parts/notices.tsx';
import { emailsText } from '../../text/emails.ts';
import { isUncertain } from './email-state.ts';

type Email = ApiRow<'email'>;

interface Words {
  readonly label: string;
  readonly title: string;
  readonly sentence: string;
  readonly action: string;
}

const text = emailsText.actions;

/** What can be done about emails: failed ones and those that did not reach everybody sent again, uncertain ones decided, waiting ones held back, any deleted. */
export function EmailActions({
  rows,
  onDone,
  onGone,
}: {
  readonly rows: readonly Email[];
  readonly onDone?: () => void;
  /** After deleting, in place of `onDone`. */
  readonly onGone?: () => void;
}) {
  const writes = useWrites();
  const notify = useNotify();
  const nameOf = (row: Email): string => row.subject || emailsText.noSubject;
  const act =
    (
      chosen: readonly Email[],
      work: (id: string) => Promise<unknown>,
      done: (count: number) => string,
      then = onDone,
    ) =>
    async (): Promise<void> => {
      await doEach(chosen, nameOf, (row) => work(row.activityid ?? ''));
      notify(done(chosen.length));
      then?.();
    };
  const call = (name: string) => (id: string) => writes.act('email', id, name);
  const set = (statecode: number, statuscode: number) => (id: string) =>
    writes.update('email', id, { statecode, statuscode });
  const failed = rows.filter(
    (row) =>
      (row.statuscode === EmailStatus.failed && !isUncertain(row)) ||
      (row.statuscode === EmailStatus.sent && row.mr_sendoutcome === SendOutcome.partly),
  );
  const waiting = rows.filter((row) => row.statuscode === EmailStatus.pendingSend);
  const stopped = rows.filter(
    (row) =>
      row.statuscode === EmailStatus.pendingSend ||
      row.statuscode === EmailStatus.canceled ||
      (row.statuscode === EmailStatus.failed && !isUncertain(row)),
  );
  const uncertain = rows.filter(isUncertain);
  const button = (words: Words, chosen: readonly Email[], onConfirm: () => Promise<unknown>) =>
    chosen.length > 0 && (
      <ConfirmButton
        label={words.label}
        title={words.title}
        action={words.action}
        names={chosen.map(nameOf)}
        onConfirm={onConfirm}
      >
        {words.sentence}
      </ConfirmButton>
    );
  return (
    <>
      {button(text.resend, failed, act(failed, call('mr_Resend'), text.resend.done))}
      {button(text.markSent, uncertain, act(uncertain, call('mr_MarkSent'), text.markSent.done))}
      {button(text.sendAgain, uncertain, act(uncertain, call('mr_SendAgain'), text.sendAgain.done))}
      {button(text.cancel, waiting, act(waiting, set(EmailState.canceled, EmailStatus.canceled), text.cancel.done))}
      {button(text.toDraft, stopped, act(stopped, set(EmailState.open, EmailStatus.draft), text.toDraft.done))}
      {button(
        text.remove,
        rows,
        act(rows, (id) => writes.remove('email', id), text.remove.done, onGone ?? onDone),
      )}
    </>
  );
}
