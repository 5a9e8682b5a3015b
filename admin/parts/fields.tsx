import { Field, Input, makeStyles, Select, Switch } from '@fluentui/react-components';
import { lazy, type ReactNode, Suspense } from 'react';
import { partsText } from '../text/parts.ts';
import { localText } from './local-text.ts';
import type { Draft } from './use-draft.ts';

const LongText = lazy(async () => ({ default: (await import('./long-text.tsx')).LongText }));

/** What every field of a form says. */
interface FieldProps {
  readonly draft: Draft;
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly isRequired?: boolean;
  /** Why it cannot be changed; shown in place of the hint. */
  readonly locked?: string | undefined;
}

const useStyles = makeStyles({
  grid: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 280px), 1fr))',
    gap: '16px 24px',
    alignItems: 'start',
    '& select': { width: '100%', minWidth: 0, textOverflow: 'ellipsis' },
  },
});

/** Fields side by side where there is room. */
export function FieldGrid({ children }: { readonly children: ReactNode }) {
  return <div className={useStyles().grid}>{children}</div>;
}

const textOf = (value: unknown): string => (value === null || value === undefined ? '' : String(value));

const frame = ({ label, hint, isRequired, locked }: FieldProps) => ({
  label,
  hint: locked ?? hint,
  required: isRequired ?? false,
});

/** A text. */
export function TextField(props: FieldProps & { readonly isLong?: boolean; readonly placeholder?: string }) {
  const { draft, name, isLong, locked, placeholder } = props;
  const value = textOf(draft.read(name));
  const set = (next: string): void => draft.set(name, next === '' ? null : next);
  return (
    <Field {...frame(props)}>
      {isLong ? (
        <Suspense>
          <LongText value={value} isDisabled={locked !== undefined} onChange={set} />
        </Suspense>
      ) : (
        <Input
          value={value}
          disabled={locked !== undefined}
          placeholder={placeholder ?? ''}
          onChange={(_event, data) => set(data.value)}
        />
      )}
    </Field>
  );
}

/** A whole number, empty for none. */
export function NumberField(props: FieldProps & { readonly min?: number; readonly max?: number }) {
  const { draft, name, min, max, locked } = props;
  return (
    <Field {...frame(props)}>
      <Input
        type="number"
        min={min}
        max={max}
        disabled={locked !== undefined}
        value={textOf(draft.read(name))}
        onChange={(_event, { value }) => draft.set(name, value === '' ? null : Number(value))}
      />
    </Field>
  );
}

/** One of a few choices by number. */
export function ChoiceField(props: FieldProps & { readonly options: Readonly<Record<number, string>> }) {
  const { draft, name, options, locked } = props;
  const value = draft.read(name);
  return (
    <Field {...frame(props)}>
      <Select
        disabled={locked !== undefined}
        value={textOf(value)}
        onChange={(_event, data) => draft.set(name, data.value === '' ? null : Number(data.value))}
      >
        {(value === null || value === undefined) && <option value="" />}
        {Object.entries(options).map(([number, label]) => (
          <option key={number} value={number}>
            {label}
          </option>
        ))}
      </Select>
    </Field>
  );
}

/** Yes or no. */
export function SwitchField(props: FieldProps) {
  const { draft, name, label, hint, locked } = props;
  return (
    <Field hint={locked ?? hint}>
      <Switch
        label={label}
        disabled={locked !== undefined}
        checked={draft.read(name) === true}
        onChange={(_event, { checked }) => draft.set(name, checked)}
      />
    </Field>
  );
}

/** A password: it can be written and never read; an empty field leaves it as it is. */
export function SecretField(props: FieldProps & { readonly isSet: boolean }) {
  const { draft, name, isSet } = props;
  return (
    <Field {...frame(props)} hint={props.hint ?? (isSet ? partsText.secretSet : partsText.secretUnset)}>
      <Input
        type="password"
        autoComplete="new-password"
        value={textOf(draft.changes[name])}
        onChange={(_event, { value }) => draft.set(name, value === '' ? undefined : value)}
      />
    </Field>
  );
}

/** A day and time, in the time zone of this device. */
export function DateTimeField(props: FieldProps) {
  const { draft, name } = props;
  const value = textOf(draft.read(name));
  return (
    <Field {...frame(props)}>
      <Input
        type="datetime-local"
        value={value === '' ? '' : localText(new Date(value))}
        onChange={(_event, data) => draft.set(name, data.value === '' ? null : new Date(data.value).toISOString())}
      />
    </Field>
  );
}
