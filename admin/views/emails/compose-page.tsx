import { Button, Field, Input, makeStyles, Select, Spinner, Textarea } from '@fluentui/react-components';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { useRow, useRows } from '../../api/use-rows.ts';
import { useWrites } from '../../api/use-writes.ts';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { Loading } from '../../parts/loading.tsx';
import { useNotify } from '../../parts/notices.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { Section } from '../../parts/section.tsx';
import { useUrlState } from '../../parts/use-url-state.ts';
import { emailsText } from '../../text/emails.ts';
import { readAddresses } from './addresses.ts';
import { type Draft, emailOf } from './email-of-draft.ts';
import { findRecords } from './find-records.ts';

const text = emailsText.compose;
const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: '12px', maxWidth: '760px' },
  row: { display: 'flex', gap: '8px', flexWrap: 'wrap', alignItems: 'center' },
});

/** Writes an email, or an answer to one (`?reply=<id>`). */
export function ComposePage() {
  const [reply] = useUrlState('reply');
  const parent = useRow('email', reply === '' ? undefined : reply, [
    'activityid',
    'subject',
    'sender',
    '_regardingobjectid_value',
    '_acceptingentityid_value',
  ]);
  if (parent.error) return <ErrorBar error={parent.error} onRetry={parent.refetch} />;
  if (reply !== '' && !parent.data) return <Loading />;
  const subject = parent.data?.subject ?? '';
  const start: Draft = {
    from: '',
    to: parent.data?.sender ?? '',
    cc: '',
    subject: reply === '' || /^re:/i.test(subject) ? subject : `${emailsText.replyPrefix}${subject}`,
    text: '',
    later: '',
  };
  return (
    <>
      <PageTitle title={reply === '' ? text.title : text.replyTitle} />
      <Section title={reply === '' ? text.title : text.replyTitle}>
        <Form
          key={reply}
          start={start}
          parentId={reply === '' ? undefined : reply}
          accepting={parent.data?._acceptingentityid_value}
        />
      </Section>
    </>
  );
}

interface FormProps {
  readonly start: Draft;
  readonly parentId: string | undefined;
  /** Who took the mail that is answered. */
  readonly accepting: string | null | undefined;
}

function Form({ start, parentId, accepting }: FormProps) {
  const styles = useStyles();
  const { session, client } = useApi();
  const router = useRouter();
  const writes = useWrites();
  const notify = useNotify();
  const queues = useRows({
    table: 'queue',
    select: ['queueid', 'name', 'emailaddress'],
    filter: 'emailaddress ne null and statecode eq 0',
    orderBy: 'name',
    top: 200,
  });
  const [draft, setDraft] = useState(start);
  const [isTried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Error>();
  const set = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  const wrong = wrongOf(draft.to) ?? wrongOf(draft.cc);
  const isEmpty = readAddresses(draft.to).addresses.length === 0;
  const senders = [
    ...(queues.data?.value ?? []).map((row) => ({
      id: `queue:${row.queueid}`,
      name: `${row.name} <${row.emailaddress}>`,
    })),
    { id: `systemuser:${session.systemuserid}`, name: text.me(session.name) },
  ];
  const from = draft.from || senders.find((one) => one.id.endsWith(accepting ?? '-'))?.id || '';
  const save = async (isSent: boolean): Promise<void> => {
    setTried(true);
    if (from === '' || (isSent && isEmpty) || wrong !== undefined) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const addresses = [...readAddresses(draft.to).addresses, ...readAddresses(draft.cc).addresses];
      const records = await findRecords(client, addresses);
      const id = await writes.create('email', emailOf({ ...draft, from }, parentId, records));
      if (isSent) await writes.act('email', id, 'SendEmail', { IssueSend: true });
      notify(isSent ? text.sent : text.kept);
      router.history.push(`/emails/${id}`);
    } catch (thrown) {
      setProblem(thrown as Error);
      setBusy(false);
    }
  };
  return (
    <form className={styles.form} onSubmit={(event) => event.preventDefault()}>
      <Field label={text.from} required {...(isTried && from === '' ? { validationMessage: text.missingFrom } : {})}>
        <Select value={from} onChange={(_event, { value }) => set({ from: value })}>
          <option value="">{text.chooseFrom}</option>
          {senders.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </Select>
      </Field>
      <Field
        label={text.to}
        required
        hint={text.addressHint}
        {...(isTried && (wrongOf(draft.to) ?? isEmpty)
          ? { validationMessage: wrongOf(draft.to) ?? text.missingTo }
          : {})}
      >
        <Input value={draft.to} onChange={(_event, { value }) => set({ to: value })} />
      </Field>
      <Field label={text.cc} {...(isTried && wrongOf(draft.cc) ? { validationMessage: wrongOf(draft.cc) ?? '' } : {})}>
        <Input value={draft.cc} onChange={(_event, { value }) => set({ cc: value })} />
      </Field>
      <Field label={text.subject}>
        <Input value={draft.subject} maxLength={800} onChange={(_event, { value }) => set({ subject: value })} />
      </Field>
      <Field label={text.text}>
        <Textarea
          rows={12}
          resize="vertical"
          value={draft.text}
          onChange={(_event, { value }) => set({ text: value })}
        />
      </Field>
      <Field label={text.later} hint={text.laterHint}>
        <Input type="datetime-local" value={draft.later} onChange={(_event, { value }) => set({ later: value })} />
      </Field>
      {problem && <ErrorBar error={problem} />}
      <div className={styles.row}>
        <Button appearance="primary" type="submit" disabled={isBusy} onClick={() => void save(true)}>
          {text.send}
        </Button>
        <Button disabled={isBusy} onClick={() => void save(false)}>
          {text.keep}
        </Button>
        {isBusy && <Spinner size="tiny" />}
      </div>
    </form>
  );
}

function wrongOf(typed: string): string | undefined {
  const [first] = readAddresses(typed).wrong;
  return first === undefined ? undefined : text.badAddress(first);
}
