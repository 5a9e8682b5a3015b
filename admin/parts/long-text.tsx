import { Textarea } from '@fluentui/react-components';

/** The box of a long text, loaded when a form has one; it stands in a `Field`, which names it. */
export function LongText({
  value,
  isDisabled,
  onChange,
}: {
  readonly value: string;
  readonly isDisabled: boolean;
  readonly onChange: (value: string) => void;
}) {
  return (
    <Textarea value={value} disabled={isDisabled} resize="vertical" onChange={(_event, data) => onChange(data.value)} />
  );
}
