import {
  Button,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogTitle,
  DialogTrigger,
  Field,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Select,
  Switch,
  Text,
} from '@fluentui/react-components';
import { useState } from 'react';
import type { ApiRow } from '../../api/api-row.ts';
import { useRows } from '../../api/use-rows.ts';
import { reference, useWrites } from '../../api/use-writes.ts';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { useNotify } from '../../parts/notices.tsx';
import { mailboxText } from '../../text/mailbox.ts';
import { mailboxActionsText } from '../../text/mailbox-actions.ts';
import { partsText } from '../../text/parts.ts';
import { editEach, type Refusal } from './edit-each.ts';

type Mailbox = ApiRow<'mailbox'>;
const text = mailboxActionsText.edit;
const { form } = mailboxText;

const useStyles = makeStyles({
  stack: { display: 'flex', flexDirection: 'column', gap: '12px' },
  list: { margin: 0, maxHeight: '240px', overflow: 'auto' },
});

/** UI-08: changes server profile and delivery methods of many mailboxes at once; what is not chosen stays as it is. */
export function BulkEdit({ rows, onDone }: { readonly rows: readonly Mailbox[]; readonly onDone?: () => void }) {
  // Mailboxes that were changed may leave the list while the dialog tells of those that were refused.
  return (
    <FormDialog label={text.label} isOfRow={false} appearance="secondary">
      {(close) => <EditForm rows={rows} onDone={onDone} close={close} />}
    </FormDialog>
  );
}

function EditForm({
  rows: given,
  onDone,
  close,
}: {
  readonly rows: readonly Mailbox[];
  readonly onDone: (() => void) | undefined;
  readonly close: () => void;
}) {
  const styles = useStyles();
  const writes = useWrites();
  const notify = useNotify();
  const [rows] = useState(given);
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [tests, setTests] = useState(true);
  const [done, setDone] = useState<number>();
  const [refused, setRefused] = useState<readonly Refusal[]>();
  const profiles = useRows({
    table: 'emailserverprofile',
    select: ['emailserverprofileid', 'name'],
    filter: 'statecode eq 0',
    orderBy: 'name',
    top: 500,
  });
  const chosen = Object.entries(values).filter(([, value]) => value !== '');
  const changes = Object.fromEntries(
    chosen.map(([name, value]) =>
      name === 'emailserverprofile'
        ? ['emailserverprofile@odata.bind', reference('emailserverprofile', value)]
        : [name, Number(value)],
    ),
  );
  const apply = async (): Promise<void> => {
    setRefused(undefined);
    setDone(0);
    const refusals = await editEach(
      rows,
      async (id) => {
        await writes.update('mailbox', id, changes);
        if (tests) await writes.act('mailbox', id, 'mr_TestAndEnable');
      },
      setDone,
    );
    setDone(undefined);
    setRefused(refusals);
    if (refusals.length > 0) return;
    notify(text.done(rows.length));
    close();
    onDone?.();
  };
  const choice = (name: string, label: string, options: Readonly<Record<string, string>>, hint?: string) => (
    <Field label={label} hint={hint}>
      <Select value={values[name] ?? ''} onChange={(_event, { value }) => setValues({ ...values, [name]: value })}>
        <option value="">{text.asItIs}</option>
        {Object.entries(options).map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </Select>
    </Field>
  );
  const names = Object.fromEntries(
    (profiles.data?.value ?? []).map((row) => [row.emailserverprofileid ?? '', row.name ?? '']),
  );
  return (
    <DialogBody>
      <DialogTitle>{text.title(rows.length)}</DialogTitle>
      <DialogContent className={styles.stack}>
        {refused === undefined ? (
          <>
            <Text>{text.sentence}</Text>
            {choice('emailserverprofile', form.profile, names)}
            {choice('incomingemaildeliverymethod', form.incoming, form.incomingMethods)}
            {choice('outgoingemaildeliverymethod', form.outgoing, form.outgoingMethods)}
            {choice('actdeliverymethod', form.act, form.actMethods, form.actHint)}
            <Switch label={text.test} checked={tests} onChange={(_event, { checked }) => setTests(checked)} />
            <p>{partsText.hits}</p>
            <ul className={styles.list}>
              {rows.map((row) => (
                <li key={row.mailboxid}>{row.name}</li>
              ))}
            </ul>
          </>
        ) : (
          <MessageBar intent="warning" layout="multiline">
            <MessageBarBody>
              <MessageBarTitle>{text.refused(refused.length, rows.length)}</MessageBarTitle>
              <ul className={styles.list} aria-label={text.refused(refused.length, rows.length)}>
                {refused.map(({ row, reason }) => (
                  <li key={row.mailboxid}>
                    {row.name}: {reason}
                  </li>
                ))}
              </ul>
            </MessageBarBody>
          </MessageBar>
        )}
        {done !== undefined && (
          <p role="status">
            <progress value={done} max={rows.length} aria-label={text.label} style={{ width: '100%' }} />
            {partsText.progress(done, rows.length)}
          </p>
        )}
      </DialogContent>
      <DialogActions>
        <DialogTrigger disableButtonEnhancement>
          <Button onClick={() => refused !== undefined && onDone?.()}>
            {refused === undefined ? partsText.cancel : partsText.close}
          </Button>
        </DialogTrigger>
        {refused === undefined && (
          <Button
            appearance="primary"
            disabled={chosen.length === 0 || done !== undefined}
            onClick={() => void apply()}
          >
            {text.action}
          </Button>
        )}
      </DialogActions>
    </DialogBody>
  );
}
