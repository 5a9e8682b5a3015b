import { Button, Field, makeStyles, Text, Textarea, tokens } from '@fluentui/react-components';
import { emailsText } from '../../text/emails.ts';
import { MailBody } from './mail-body.tsx';

const text = emailsText.compose;
const useStyles = makeStyles({
  code: { '& textarea': { fontFamily: tokens.fontFamilyMonospace } },
  row: { display: 'flex', gap: '8px', flexWrap: 'wrap', alignItems: 'center' },
  quiet: { color: tokens.colorNeutralForeground2 },
});

/** The text of a draft: a box of plain text, or the source of a formatted text beside what it looks like as it was saved. */
export function DraftBody({
  emailId,
  body,
  onChange,
}: {
  readonly emailId: string | undefined;
  readonly body: { readonly text: string; readonly isHtml: boolean };
  readonly onChange: (body: { readonly text: string; readonly isHtml: boolean }) => void;
}) {
  const styles = useStyles();
  return (
    <>
      {body.isHtml && emailId !== undefined && <MailBody id={emailId} />}
      <Field label={body.isHtml ? text.source : text.text}>
        <Textarea
          rows={12}
          resize="vertical"
          className={body.isHtml ? styles.code : ''}
          spellCheck={!body.isHtml}
          value={body.text}
          onChange={(_event, { value }) => onChange({ ...body, text: value })}
        />
      </Field>
      {body.isHtml && (
        <div className={styles.row}>
          <Button onClick={() => onChange({ text: plainText(body.text), isHtml: false })}>{text.makePlain}</Button>
          <Text size={200} className={styles.quiet}>
            {text.makePlainHint}
          </Text>
        </div>
      )}
    </>
  );
}

/** The words of a formatted text; a parsed document that is never shown runs and loads nothing. */
function plainText(html: string): string {
  const parsed = new DOMParser().parseFromString(
    html.replaceAll(/<br\s*\/?>/gi, '\n').replaceAll(/<\/(p|div|li|tr|h[1-6])>/gi, '\n\n</$1>'),
    'text/html',
  );
  for (const hidden of parsed.querySelectorAll('script, style, title')) hidden.remove();
  return (parsed.body.textContent ?? '')
    .replaceAll(/[ \t]+\n/g, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}
