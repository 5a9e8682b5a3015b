import { makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components';
import { CorrelationMethod } from '../../../src/tables/choices.ts';
import { type ApiRow, labelOf } from '../../api/api-row.ts';
import { useRows } from '../../api/use-rows.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { Section } from '../../parts/section.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { FullDate } from '../../parts/when.tsx';
import { emailsText as text } from '../../text/emails.ts';
import { emailColumns } from './email-columns.ts';
import { emailTone } from './email-state.ts';

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '8px' },
  item: {
    display: 'flex',
    flexDirection: 'column',
    gap: '2px',
    padding: '8px 12px',
    borderInlineStartWidth: '3px',
    borderInlineStartStyle: 'solid',
    borderInlineStartColor: tokens.colorNeutralStroke2,
  },
  current: { borderInlineStartColor: tokens.colorBrandStroke1, backgroundColor: tokens.colorNeutralBackground3 },
  row: { display: 'flex', flexWrap: 'wrap', gap: '4px 12px', alignItems: 'center' },
  quiet: { color: tokens.colorNeutralForeground2 },
});

/** The emails of a thread with the evidence by which each was linked (CO). */
export function Conversation({ email }: { readonly email: ApiRow<'email'> }) {
  const styles = useStyles();
  const thread = email.conversationtrackingid;
  const rows = useRows({
    table: 'email',
    select: emailColumns,
    filter: thread ? `conversationtrackingid eq ${thread}` : `activityid eq ${email.activityid}`,
    orderBy: 'createdon',
    top: 100,
  });
  if (rows.error) return <ErrorBar error={rows.error} onRetry={rows.refetch} />;
  return (
    <Section title={text.conversation} lead={text.conversationLead}>
      <ol className={styles.list}>
        {(rows.data?.value ?? [email]).map((one) => {
          const isThis = one.activityid === email.activityid;
          return (
            <li
              key={one.activityid}
              className={mergeClasses(styles.item, isThis && styles.current)}
              aria-current={isThis ? 'true' : undefined}
            >
              <div className={styles.row}>
                <Text weight="semibold">
                  {isThis ? (
                    one.subject || text.noSubject
                  ) : (
                    <AppLink to={`/emails/${one.activityid}`}>{one.subject || text.noSubject}</AppLink>
                  )}
                </Text>
                <StatusBadge tone={emailTone(one)}>{labelOf(one, 'statuscode')}</StatusBadge>
                {one.mr_automatickind && <StatusBadge tone="quiet">{labelOf(one, 'mr_automatickind')}</StatusBadge>}
                <Text size={200} className={styles.quiet}>
                  {one.sender} · <FullDate value={one.actualend ?? one.senton ?? one.createdon} />
                </Text>
              </div>
              <Text size={200} className={styles.quiet}>
                {evidenceOf(one)}
              </Text>
            </li>
          );
        })}
      </ol>
    </Section>
  );
}

/** How an email came into its thread, in words. */
function evidenceOf(email: ApiRow<'email'>): string {
  if (email.mr_correlationevidence) return email.mr_correlationevidence;
  const method = email.correlationmethod ?? CorrelationMethod.none;
  if (email._correlatedactivityid_value && method > CorrelationMethod.skipped)
    return text.linkedBy(labelOf(email, 'correlationmethod'));
  return text.notLinked;
}
