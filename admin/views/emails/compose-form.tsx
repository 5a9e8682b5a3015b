import { Button, Field, Input, makeStyles, Select, Spinner } from '@fluentui/react-components';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi } from '../../api/api-context.tsx';
import { useRows } from '../../api/use-rows.ts';
import { useWrites } from '../../api/use-writes.ts';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { useNotify } from '../../parts/notices.tsx';
import { emailsText } from '../../text/emails.ts';
import { readAddresses } from './addresses.ts';
import { DraftBody } from './draft-body.tsx';
import { DraftFiles } from './draft-files.tsx';
import type { Draft, ReceiverList } from './email-of-draft.ts';
import { NamedReceivers } from './named-receivers.tsx';
import { type KnownDraft, readKnown, saveDraft } from './save-draft.ts';
import { writeFile } from './write-file.ts';

const text = emailsText.compose;
const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: '12px', maxWidth: '760px' },
  row: { display: 'flex', gap: '8px', flexWrap: 'wrap', alignItems: 'center' },
});

interface FormProps {
  readonly start: Draft;
  /** The draft that is changed; undefined while there is none. */
  readonly stored?: KnownDraft;
  readonly parentId: string | undefined;
  /** Who took the mail that is answered. */
  readonly accepting: string | null | undefined;
}

/** The fields of an email that is written, with what keeps and what sends it. */
export function ComposeForm({ start, stored, parentId, accepting }: FormProps) {
  const styles = useStyles();
  const { client } = useApi();
  const router = useRouter();
  const writes = useWrites();
  const notify = useNotify();
  const [draft, setDraft] = useState(start);
  const [known, setKnown] = useState(stored);
  const [files, setFiles] = useState<{ added: readonly File[]; takenOut: readonly string[] }>({
    added: [],
    takenOut: [],
  });
  const [isTried, setTried] = useState(false);
  const [busy, setBusy] = useState<string>();
  const [problem, setProblem] = useState<Error>();
  const set = (part: Partial<Draft>): void => setDraft((before) => ({ ...before, ...part }));
  const senders = useSenders(known?.sender);
  const from = draft.from || senders.find((one) => one.id.endsWith(accepting ?? '-'))?.id || '';
  const wrong = wrongOf(draft.to) ?? wrongOf(draft.cc) ?? wrongOf(draft.bcc);
  const isEmpty = receiversOf(draft) === 0;

  const save = async (isSent: boolean): Promise<void> => {
    setTried(true);
    if (from === '' || (isSent && isEmpty) || wrong !== undefined) return;
    setBusy(text.saving);
    setProblem(undefined);
    let id: string | undefined;
    let rest = files.added;
    try {
      id = await saveDraft({ client, writes }, { ...draft, from }, parentId, known, files.takenOut);
      for (const file of files.added) {
        const told = id;
        await writeFile(client, told, file, (share) => setBusy(text.uploading(file.name, Math.round(share * 100))));
        rest = rest.filter((one) => one !== file);
      }
      if (isSent) await writes.act('email', id, 'SendEmail', { IssueSend: true });
      notify(isSent ? text.sent : text.kept);
      router.history.push(`/emails/${id}`);
    } catch (thrown) {
      setProblem(thrown as Error);
      setBusy(undefined);
      if (id === undefined) return;
      // The draft is kept: what is tried again goes on from there.
      setFiles({ added: rest, takenOut: [] });
      setKnown(await readKnown(client, id, known).catch(() => known));
    }
  };
  const receivers = (list: ReceiverList, isRequired: boolean) => {
    const fault = wrongOf(draft[list]) ?? (isRequired && isEmpty ? text.missingTo : undefined);
    return (
      <Field
        label={text[list]}
        required={isRequired}
        {...(isRequired ? { hint: text.addressHint } : {})}
        {...(isTried && fault !== undefined ? { validationMessage: fault } : {})}
      >
        <Input value={draft[list]} onChange={(_event, { value }) => set({ [list]: value })} />
      </Field>
    );
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
      {receivers('to', true)}
      {receivers('cc', false)}
      {receivers('bcc', false)}
      <NamedReceivers named={draft.named} onChange={(named) => set({ named })} />
      <Field label={text.subject}>
        <Input value={draft.subject} maxLength={800} onChange={(_event, { value }) => set({ subject: value })} />
      </Field>
      <DraftBody
        emailId={known?.id}
        body={{ text: draft.text, isHtml: draft.isHtml }}
        onChange={(body) => set({ ...body })}
      />
      <Field label={emailsText.attachments}>
        <DraftFiles emailId={known?.id} state={files} onChange={setFiles} />
      </Field>
      <Field label={text.later} hint={text.laterHint}>
        <Input type="datetime-local" value={draft.later} onChange={(_event, { value }) => set({ later: value })} />
      </Field>
      {problem && <ErrorBar error={problem} />}
      <div className={styles.row}>
        <Button appearance="primary" type="submit" disabled={busy !== undefined} onClick={() => void save(true)}>
          {draft.later === '' ? text.send : text.sendLater}
        </Button>
        <Button disabled={busy !== undefined} onClick={() => void save(false)}>
          {text.keep}
        </Button>
        {busy !== undefined && <Spinner size="tiny" label={busy} />}
      </div>
    </form>
  );
}

/** Who may stand as sender: the queues, the user, and whom the draft names already. */
function useSenders(ofDraft: KnownDraft['sender']): readonly { readonly id: string; readonly name: string }[] {
  const { session } = useApi();
  const queues = useRows({
    table: 'queue',
    select: ['queueid', 'name', 'emailaddress'],
    filter: 'emailaddress ne null and statecode eq 0',
    orderBy: 'name',
    top: 200,
  });
  const usual = [
    ...(queues.data?.value ?? []).map((row) => ({
      id: `queue:${row.queueid}`,
      name: `${row.name} <${row.emailaddress}>`,
    })),
    { id: `systemuser:${session.systemuserid}`, name: text.me(session.name) },
  ];
  return ofDraft === undefined || usual.some(({ id }) => id === ofDraft.id) ? usual : [...usual, ofDraft];
}

function receiversOf(draft: Draft): number {
  return readAddresses(`${draft.to},${draft.cc},${draft.bcc}`).addresses.length + draft.named.length;
}

function wrongOf(typed: string): string | undefined {
  const [first] = readAddresses(typed).wrong;
  return first === undefined ? undefined : text.badAddress(first);
}
