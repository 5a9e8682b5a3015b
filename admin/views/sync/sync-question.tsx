import {
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Text,
} from '@fluentui/react-components';
import { useState } from 'react';
import { useWrites } from '../../api/use-writes.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { Section } from '../../parts/section.tsx';
import { When } from '../../parts/when.tsx';
import { syncText } from '../../text/sync.ts';
import type { SyncState } from './sync-state.ts';

const text = syncText.mailbox;

const useStyles = makeStyles({ row: { display: 'flex', flexWrap: 'wrap', gap: '8px', alignItems: 'flex-end' } });

interface QuestionProps {
  readonly mailboxId: string;
  readonly name: string;
  readonly state: SyncState;
}

/** What a mailbox waits to be told before it goes on, and the answers to it (AC-12, FI-09). */
export function SyncQuestion({ mailboxId, name, state }: QuestionProps) {
  const isFirst = state.Links.length === 0 && state.StartDate === null;
  return (
    <Section title={text.question}>
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>{text.askedOn}</MessageBarTitle>
          <When value={state.QuestionAskedOn} />
          <div>{state.Question}</div>
        </MessageBarBody>
      </MessageBar>
      {state.Answer ? (
        <Text>{text.answered}</Text>
      ) : isFirst ? (
        <StartAnswers mailboxId={mailboxId} name={name} />
      ) : (
        <ChangeAnswers mailboxId={mailboxId} name={name} />
      )}
    </Section>
  );
}

type AnswerProps = Omit<QuestionProps, 'state'>;

/** Answers to a mass change. */
function ChangeAnswers({ mailboxId, name }: AnswerProps) {
  const styles = useStyles();
  const writes = useWrites();
  const answer = (Answer: string) => () => writes.act('mailbox', mailboxId, 'mr_AnswerSyncQuestion', { Answer });
  return (
    <div className={styles.row}>
      <ConfirmButton
        label={text.keep.label}
        title={text.keep.title}
        action={text.keep.label}
        names={[name]}
        onConfirm={answer('keep')}
      >
        {text.keep.sentence}
      </ConfirmButton>
      <ConfirmButton
        label={text.goAhead.label}
        title={text.goAhead.title}
        action={text.goAhead.label}
        names={[name]}
        onConfirm={answer('go-ahead')}
      >
        {text.goAhead.sentence}
      </ConfirmButton>
    </div>
  );
}

/** Answers to the question of a first synchronisation: from when on. */
function StartAnswers({ mailboxId, name }: AnswerProps) {
  const styles = useStyles();
  const writes = useWrites();
  const [from, setFrom] = useState(() => new Date().toISOString().slice(0, 10));
  return (
    <div className={styles.row}>
      <Field label={text.from}>
        <Input type="date" value={from} onChange={(_event, { value }) => setFrom(value)} />
      </Field>
      <ConfirmButton
        label={text.startFrom.label}
        title={text.startFrom.title}
        action={text.startFrom.label}
        names={[name]}
        appearance="primary"
        isDisabled={from === ''}
        onConfirm={() => writes.act('mailbox', mailboxId, 'mr_StartSync', { From: `${from}T00:00:00Z` })}
      >
        {text.startFrom.sentence}
      </ConfirmButton>
      <ConfirmButton
        label={text.startAll.label}
        title={text.startAll.title}
        action={text.startAll.label}
        names={[name]}
        onConfirm={() => writes.act('mailbox', mailboxId, 'mr_StartSync')}
      >
        {text.startAll.sentence}
      </ConfirmButton>
    </div>
  );
}
