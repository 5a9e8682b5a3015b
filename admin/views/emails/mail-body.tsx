import { makeStyles, Switch, Text, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { emailsText as text } from '../../text/emails.ts';

const useStyles = makeStyles({
  frame: {
    width: '100%',
    height: '32vh',
    minHeight: '160px',
    resize: 'vertical',
    overflow: 'auto',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: '#fff',
  },
  row: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '8px' },
  quiet: { color: tokens.colorNeutralForeground2 },
});

/** The text of a mail in a frame that may do nothing: no scripts, no forms, no access to this page, remote pictures when asked for (AT-08). */
export function MailBody({ id }: { readonly id: string }) {
  const styles = useStyles();
  const [hasPictures, setPictures] = useState(false);
  return (
    <>
      <iframe
        key={String(hasPictures)}
        className={styles.frame}
        title={text.bodyFrame}
        sandbox="allow-popups allow-popups-to-escape-sandbox"
        referrerPolicy="no-referrer"
        src={`/mail-body/${id}${hasPictures ? '?pictures=1' : ''}`}
      />
      <div className={styles.row}>
        <Switch label={text.pictures} checked={hasPictures} onChange={(_event, { checked }) => setPictures(checked)} />
        <Text size={200} className={styles.quiet}>
          {text.picturesHint}
        </Text>
      </div>
    </>
  );
}
