import { Button, Field, Input, MessageBar, MessageBarBody, makeStyles } from '@fluentui/react-components';
import { useState } from 'react';
import { partsText } from '../text/parts.ts';

const useStyles = makeStyles({
  bar: { display: 'flex', flexWrap: 'wrap', gap: '8px', alignItems: 'end', padding: '8px 0' },
  field: { flexGrow: 1, minWidth: 'min(100%, 320px)' },
});

/** A secret that was just made: it can be copied now and is never shown again. */
export function ShownOnce({
  values,
  onClose,
}: {
  readonly values: Readonly<Record<string, string>>;
  readonly onClose: () => void;
}) {
  const styles = useStyles();
  const [copied, setCopied] = useState('');
  return (
    <MessageBar intent="warning" layout="multiline" role="status">
      <MessageBarBody>
        {partsText.shownOnce}
        {Object.entries(values).map(([label, value]) => (
          <div key={label} className={styles.bar}>
            <Field label={label} className={styles.field}>
              <Input value={value} readOnly onFocus={(event) => event.target.select()} />
            </Field>
            <Button
              onClick={() => {
                void navigator.clipboard?.writeText(value).then(() => setCopied(label));
              }}
            >
              {copied === label ? partsText.copied : partsText.copy}
            </Button>
          </div>
        ))}
        <div className={styles.bar}>
          <Button size="small" onClick={onClose}>
            {partsText.keptIt}
          </Button>
        </div>
      </MessageBarBody>
    </MessageBar>
  );
}
