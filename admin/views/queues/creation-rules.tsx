import { Button, makeStyles, Switch, Text, tokens } from '@fluentui/react-components';
import { useRouter } from '@tanstack/react-router';
import { RecordState } from '../../../src/tables/choices.ts';
import { labelOf } from '../../api/api-row.ts';
import { useRows } from '../../api/use-rows.ts';
import { useWrites } from '../../api/use-writes.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { Section } from '../../parts/section.tsx';
import { useAction } from '../../parts/use-action.ts';
import { queuesText as text } from '../../text/queues.ts';

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '8px' },
  item: { display: 'flex', flexWrap: 'wrap', gap: '4px 16px', alignItems: 'center' },
  quiet: { color: tokens.colorNeutralForeground2 },
});

/** The creation rules of a queue, switched on and off, with the way to each. */
export function CreationRules({ queueId }: { readonly queueId: string }) {
  const styles = useStyles();
  const router = useRouter();
  const writes = useWrites();
  const { run, problem, isBusy } = useAction();
  const rows = useRows({
    table: 'mr_creationrule',
    select: ['mr_creationruleid', 'mr_name', 'mr_description', 'mr_unknownsender', 'statecode'],
    filter: `_mr_queueid_value eq ${queueId}`,
    orderBy: 'mr_name',
    top: 50,
  });
  const found = rows.data?.value ?? [];
  return (
    <Section
      title={text.rules}
      lead={text.rulesLead}
      actions={
        <Button onClick={() => router.history.push(`/creation-rules/new?queue=${queueId}`)}>{text.newRule}</Button>
      }
    >
      {(problem ?? rows.error) && <ErrorBar error={(problem ?? rows.error) as Error} />}
      {rows.data && found.length === 0 && <Text className={styles.quiet}>{text.noRules}</Text>}
      <ul className={styles.list}>
        {found.map((row) => {
          const isActive = row.statecode === RecordState.active;
          return (
            <li key={row.mr_creationruleid} className={styles.item}>
              <Switch
                aria-label={row.mr_name ?? ''}
                checked={isActive}
                disabled={isBusy}
                onChange={(_event, { checked }) =>
                  void run(() =>
                    writes.update('mr_creationrule', row.mr_creationruleid ?? '', {
                      statecode: checked ? RecordState.active : RecordState.inactive,
                    }),
                  )
                }
              />
              <AppLink to={`/creation-rules/${row.mr_creationruleid}`}>{row.mr_name ?? ''}</AppLink>
              <Text size={200} className={styles.quiet}>
                {row.mr_description} {text.unknownSender}: {labelOf(row, 'mr_unknownsender')}
              </Text>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
