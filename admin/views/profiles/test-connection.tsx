import { Field, makeStyles, Select, Subtitle2, Text } from '@fluentui/react-components';
import { useState } from 'react';
import { useRows } from '../../api/use-rows.ts';
import { useWrites } from '../../api/use-writes.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { Section } from '../../parts/section.tsx';
import { StepList } from '../../parts/step-list.tsx';
import { profilesText } from '../../text/profiles.ts';
import { stepsText } from '../../text/steps.ts';

const text = profilesText.test;

interface Answer {
  readonly Ok: boolean;
  readonly Steps: readonly {
    readonly Direction: 'incoming' | 'outgoing';
    readonly Name: string;
    readonly Ok: boolean;
    readonly Detail: string;
    readonly ServerReply: string | null;
  }[];
}

const useStyles = makeStyles({
  row: { display: 'flex', flexWrap: 'wrap', gap: '8px', alignItems: 'flex-end' },
  directions: { display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(280px, 1fr))', gap: '24px' },
});

/** UI-06: goes the way to a profile's servers and shows each step with the server's words. */
export function TestConnection({ profileId, mailboxId }: { readonly profileId: string; readonly mailboxId?: string }) {
  const styles = useStyles();
  const writes = useWrites();
  const [chosen, setChosen] = useState('');
  const [answer, setAnswer] = useState<Answer>();
  const mailboxes = useRows({
    table: 'mailbox',
    select: ['mailboxid', 'name'],
    filter: `_emailserverprofile_value eq ${profileId} and statecode eq 0 and emailaddress ne null`,
    orderBy: 'name',
    top: 100,
    isEnabled: mailboxId === undefined,
  });
  const run = async (): Promise<void> => {
    setAnswer(undefined);
    const wanted = mailboxId ?? (chosen === '' ? undefined : chosen);
    setAnswer(
      await writes.act<Answer>(
        'emailserverprofile',
        profileId,
        'mr_TestConnection',
        wanted === undefined ? {} : { MailboxId: wanted },
      ),
    );
  };
  return (
    <Section title={text.title} lead={text.lead}>
      <div className={styles.row}>
        {mailboxId === undefined && (
          <Field label={text.mailbox}>
            <Select value={chosen} onChange={(_event, { value }) => setChosen(value)}>
              <option value="">{text.first}</option>
              {mailboxes.data?.value.map((row) => (
                <option key={row.mailboxid} value={row.mailboxid ?? ''}>
                  {row.name}
                </option>
              ))}
            </Select>
          </Field>
        )}
        <ActionButton label={text.run} onAction={run} />
      </div>
      <div role="status">
        {answer && (
          <div className={styles.directions}>
            {(['incoming', 'outgoing'] as const).map((direction) => (
              <div key={direction}>
                <Subtitle2 as="h3">{stepsText.directions[direction]}</Subtitle2>
                <StepList
                  label={stepsText.directions[direction]}
                  steps={answer.Steps.filter((step) => step.Direction === direction).map((step) => ({
                    name: step.Name,
                    ok: step.Ok,
                    detail: step.Detail,
                    serverReply: step.ServerReply,
                  }))}
                />
              </div>
            ))}
            {answer.Steps.length === 0 && <Text>{stepsText.bad}</Text>}
          </div>
        )}
      </div>
    </Section>
  );
}
