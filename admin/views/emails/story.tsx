import { makeStyles } from '@fluentui/react-components';
import { useFunction } from '../../api/use-rows.ts';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { Section } from '../../parts/section.tsx';
import { emailsText as text } from '../../text/emails.ts';

const useStyles = makeStyles({
  story: { margin: 0, whiteSpace: 'pre-wrap', fontFamily: 'inherit', overflowWrap: 'anywhere' },
});

/** Every decision about a message, in sentences (MO-08). */
export function Story({ id }: { readonly id: string }) {
  const styles = useStyles();
  const story = useFunction<{ readonly Story: readonly string[] }>(`mr_ExplainMessage(MessageId='${id}')`, ['email']);
  return (
    <Section title={text.story} lead={text.storyLead}>
      {story.error && <ErrorBar error={story.error} onRetry={story.refetch} />}
      {story.data && <pre className={styles.story}>{story.data.Story.join('\n')}</pre>}
    </Section>
  );
}
