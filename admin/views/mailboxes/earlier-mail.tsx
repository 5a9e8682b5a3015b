import { Field, Input, MessageBar, MessageBarBody, makeStyles, Spinner, Text } from '@fluentui/react-components';
import { useState } from 'react';
import type { Mailbox } from '../../api/mailbox-row.ts';
import { useWrites } from '../../api/use-writes.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { localText } from '../../parts/local-text.ts';
import { Section } from '../../parts/section.tsx';
import { FullDate } from '../../parts/when.tsx';
import { mailboxText } from '../../text/mailbox.ts';

const text = mailboxText.earlier;

interface Preview {
  readonly Complete: boolean;
  readonly Total: number;
  readonly Done: number;
  readonly Tracked: number;
}

const useStyles = makeStyles({ row: { display: 'flex', flexWrap: 'wrap', gap: '8px', alignItems: 'flex-end' } });

/** Counts what a start date would take in, and takes it in. */
export function EarlierMail({ mailbox, id }: { readonly mailbox: Mailbox; readonly id: string }) {
  const styles = useStyles();
  const writes = useWrites();
  const [since, setSince] = useState(() => localText(new Date(Date.now() - 7 * 86_400_000)));
  const [found, setFound] = useState<Preview>();
  const [isCounting, setCounting] = useState(false);
  const parameters = (): object => ({ Since: new Date(since).toISOString() });
  const count = async (): Promise<void> => {
    setFound(undefined);
    setCounting(true);
    try {
      setFound(await writes.act<Preview>('mailbox', id, 'mr_PreviewMailbox', parameters()));
    } finally {
      setCounting(false);
    }
  };
  return (
    <Section title={text.title} lead={text.lead}>
      <div className={styles.row}>
        <Field label={text.since}>
          <Input
            type="datetime-local"
            value={since}
            onChange={(_event, { value }) => {
              setSince(value);
              setFound(undefined);
            }}
          />
        </Field>
        <ActionButton label={text.count} onAction={count} isDisabled={since === ''} />
        <ConfirmButton
          label={text.take}
          title={text.takeTitle}
          action={text.take}
          names={[mailbox.name ?? '']}
          isDisabled={since === ''}
          onConfirm={() => writes.act('mailbox', id, 'mr_BackfillMailbox', parameters())}
        >
          {text.takeSentence} {found && text.found(found.Tracked, found.Done)}
        </ConfirmButton>
      </div>
      {isCounting && <Spinner label={text.counting} labelPosition="after" style={{ justifyContent: 'flex-start' }} />}
      {found && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>
            {text.found(found.Tracked, found.Done)} {!found.Complete && text.partly(found.Total)}
          </MessageBarBody>
        </MessageBar>
      )}
      {mailbox.mr_revisitaskedon && (
        <Text>
          {text.progress(mailbox.mr_revisitdone ?? 0, mailbox.mr_revisittotal ?? 0, mailbox.mr_revisittracked ?? 0)}{' '}
          {mailbox.mr_revisitcompletedon && (
            <>
              {text.completed}: <FullDate value={mailbox.mr_revisitcompletedon} />
            </>
          )}
        </Text>
      )}
    </Section>
  );
}
