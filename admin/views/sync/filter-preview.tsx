import { makeStyles, Spinner, Text } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../api/api-context.tsx';
import { pathOf } from '../../api/entity-sets.ts';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { filtersText } from '../../text/filters.ts';

const text = filtersText.preview;

/** A change of filters that is not made yet: a new one (`FetchXml`), another text (both), or one that goes (`FilterId`). */
export interface FilterChange {
  readonly FilterId?: string;
  readonly FetchXml?: string;
}

interface Counts {
  readonly Matching: number;
  readonly Added: number;
  readonly Left: number;
  readonly DeletedItems: number;
  readonly AddedNames: readonly string[];
  readonly LeftNames: readonly string[];
}

const useStyles = makeStyles({
  stack: { display: 'flex', flexDirection: 'column', gap: '8px', margin: '8px 0' },
  names: { margin: 0, maxHeight: '160px', overflow: 'auto' },
});

/** FI-09: what a change of filters would do at the next turn of a mailbox, counted before it is made. */
export function FilterPreview({ mailboxId, change }: { readonly mailboxId: string; readonly change: FilterChange }) {
  const styles = useStyles();
  const { client } = useApi();
  const path = `${pathOf('mailbox', mailboxId)}/Microsoft.Dynamics.CRM.mr_PreviewFilter`;
  const counts = useQuery({
    queryKey: ['preview', path, change],
    queryFn: ({ signal }) => client.request<Counts>(path, { method: 'POST', body: change, signal }),
    staleTime: 0,
    gcTime: 0,
  });
  if (counts.error) return <ErrorBar error={counts.error} onRetry={counts.refetch} />;
  if (counts.data === undefined)
    return <Spinner size="tiny" label={text.counting} style={{ justifyContent: 'flex-start' }} />;
  const { Matching, Added, Left, DeletedItems, AddedNames, LeftNames } = counts.data;
  return (
    <div className={styles.stack} role="status">
      <Text>{text.matching(Matching)}</Text>
      {Added === 0 && Left === 0 && <Text>{text.nothing}</Text>}
      {Added > 0 && <Names title={text.added(Added)} names={AddedNames} count={Added} />}
      {Left > 0 && <Names title={text.left(Left)} names={LeftNames} count={Left} />}
      {Left > 0 && <Text weight="semibold">{DeletedItems > 0 ? text.deleted(DeletedItems) : text.kept}</Text>}
    </div>
  );
}

function Names({
  title,
  names,
  count,
}: {
  readonly title: string;
  readonly names: readonly string[];
  readonly count: number;
}) {
  const styles = useStyles();
  return (
    <div>
      <Text>{title}</Text>
      <ul className={styles.names}>
        {names.map((name, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two records may have one name
          <li key={index}>{name}</li>
        ))}
        {count > names.length && <li>{text.more(count - names.length)}</li>}
      </ul>
    </div>
  );
}
