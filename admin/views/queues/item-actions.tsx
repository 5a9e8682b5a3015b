import { Field, Select } from '@fluentui/react-components';
import { useState } from 'react';
import { useApi } from '../../api/api-context.tsx';
import type { ApiRow } from '../../api/api-row.ts';
import { useRows } from '../../api/use-rows.ts';
import { useWrites } from '../../api/use-writes.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { doEach } from '../../parts/do-each.ts';
import { useNotify } from '../../parts/notices.tsx';
import { queuesText as text } from '../../text/queues.ts';

type Item = ApiRow<'queueitem'>;

const nameOf = (row: Item): string => row.title ?? '';
const record = (table: string, id: string) => ({
  '@odata.type': `Microsoft.Dynamics.CRM.${table}`,
  [`${table}id`]: id,
});

/** Picks, releases, routes and removes items of a queue (QU). */
export function ItemActions({
  rows,
  queueId,
  onDone,
}: {
  readonly rows: readonly Item[];
  readonly queueId: string;
  readonly onDone: () => void;
}) {
  const { session } = useApi();
  const writes = useWrites();
  const notify = useNotify();
  const [target, setTarget] = useState('');
  const queues = useRows({
    table: 'queue',
    select: ['queueid', 'name'],
    filter: 'statecode eq 0',
    orderBy: 'name',
    top: 500,
  });
  const names = rows.map(nameOf);
  const each = (work: (id: string) => Promise<unknown>, done: (count: number) => string) => async (): Promise<void> => {
    await doEach(rows, nameOf, (row) => work(row.queueitemid ?? ''));
    notify(done(rows.length));
    onDone();
  };
  const { pick, release, route, remove } = text;
  return (
    <>
      <ConfirmButton
        label={pick.label}
        title={pick.title}
        action={pick.action}
        names={names}
        appearance="primary"
        onConfirm={each(
          (id) =>
            writes.act('queueitem', id, 'PickFromQueue', {
              SystemUser: record('systemuser', session.systemuserid),
              RemoveQueueItem: false,
            }),
          pick.done,
        )}
      >
        {pick.sentence}
      </ConfirmButton>
      <ConfirmButton
        label={release.label}
        title={release.title}
        action={release.action}
        names={names}
        onConfirm={each((id) => writes.act('queueitem', id, 'ReleaseToQueue'), release.done)}
      >
        {release.sentence}
      </ConfirmButton>
      <ConfirmButton
        label={route.label}
        title={route.title}
        action={route.action}
        names={names}
        isBlocked={target === ''}
        onConfirm={each(
          (id) =>
            writes.call('RouteTo', { Target: record('queue', target), QueueItem: record('queueitem', id) }, [
              'queueitem',
            ]),
          route.done,
        )}
      >
        <p>{route.sentence}</p>
        <Field label={route.target} required>
          <Select value={target} onChange={(_event, { value }) => setTarget(value)}>
            <option value="">{text.chooseQueue}</option>
            {(queues.data?.value ?? [])
              .filter((queue) => queue.queueid !== queueId)
              .map((queue) => (
                <option key={queue.queueid} value={queue.queueid ?? ''}>
                  {queue.name}
                </option>
              ))}
          </Select>
        </Field>
      </ConfirmButton>
      <ConfirmButton
        label={remove.label}
        title={remove.title}
        action={remove.action}
        names={names}
        onConfirm={each((id) => writes.act('queueitem', id, 'RemoveFromQueue'), remove.done)}
      >
        {remove.sentence}
      </ConfirmButton>
    </>
  );
}
