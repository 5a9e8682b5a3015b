import { Button, Field, Input, makeStyles, Select } from '@fluentui/react-components';
import { useState } from 'react';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { useAction } from '../../parts/use-action.ts';
import { signInWaysText } from '../../text/sign-in-ways.ts';

const { tokens: text } = signInWaysText;
const dayMs = 86_400_000;

const useStyles = makeStyles({
  form: { display: 'flex', flexWrap: 'wrap', gap: '8px 16px', alignItems: 'end' },
  name: { minWidth: 'min(100%, 260px)' },
});

/** Asks for the name and life of a token or secret, and makes it. */
export function MakeSecret({
  nameLabel,
  makeLabel,
  onMake,
}: {
  readonly nameLabel: string;
  readonly makeLabel: string;
  /** `ExpiresOn` is undefined for one without an end. */
  readonly onMake: (values: { readonly Name: string; readonly ExpiresOn?: string }) => Promise<unknown>;
}) {
  const styles = useStyles();
  const [name, setName] = useState('');
  const [life, setLife] = useState('90');
  const { run, problem, isBusy } = useAction();
  const make = async (): Promise<void> => {
    const days = Number(life);
    const ends = days === 0 ? {} : { ExpiresOn: new Date(Date.now() + days * dayMs).toISOString() };
    if (await run(() => onMake({ Name: name.trim(), ...ends }))) setName('');
  };
  return (
    <>
      {problem && <ErrorBar error={problem} />}
      <div className={styles.form}>
        <Field label={nameLabel} className={styles.name}>
          <Input value={name} maxLength={200} onChange={(_event, { value }) => setName(value)} />
        </Field>
        <Field label={text.life}>
          <Select value={life} onChange={(_event, { value }) => setLife(value)}>
            {Object.entries(text.lives).map(([days, label]) => (
              <option key={days} value={days}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
        <Button disabled={isBusy || name.trim() === ''} onClick={() => void make()}>
          {makeLabel}
        </Button>
      </div>
    </>
  );
}
