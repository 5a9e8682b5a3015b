import { Checkbox, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { useRows } from '../api/use-rows.ts';
import { useWrites } from '../api/use-writes.ts';
import { partsText } from '../text/parts.ts';
import { AppLink } from './app-link.tsx';
import { ErrorBar } from './error-bar.tsx';
import { SaveBar } from './save-bar.tsx';
import { useDraft } from './use-draft.ts';

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: '4px' },
  item: {
    display: 'grid',
    gridTemplateColumns: 'minmax(min(100%, 210px), 250px) minmax(min(100%, 280px), 1fr)',
    alignItems: 'center',
    gap: '0 12px',
    '@media (max-width: 640px)': { gridTemplateColumns: '1fr' },
  },
  quiet: { color: tokens.colorNeutralForeground2 },
});

const nothing = {};

/** The roles of a user or team: chosen from all there are, given and taken when saved. */
export function RoleChoice({
  table,
  id,
  collection,
  held,
}: {
  readonly table: 'systemuser' | 'team';
  readonly id: string;
  /** The collection of the roles, `systemuserroles_association`. */
  readonly collection: string;
  readonly held: ReadonlySet<string>;
}) {
  const styles = useStyles();
  const writes = useWrites();
  const draft = useDraft(nothing);
  const [round, setRound] = useState(0);
  const roles = useRows({ table: 'role', select: ['roleid', 'name', 'description'], orderBy: 'name', top: 500 });
  const has = (roleid: string): boolean =>
    draft.changes[roleid] === undefined ? held.has(roleid) : draft.changes[roleid] === true;
  const save = async (changes: Readonly<Record<string, unknown>>): Promise<void> => {
    // What is given comes first, so that nobody loses on the way the role they need for it.
    const changed = Object.entries(changes).filter(([roleid, value]) => held.has(roleid) !== value);
    for (const [roleid] of changed.filter(([, value]) => value === true))
      await writes.link(table, id, collection, 'role', roleid);
    for (const [roleid] of changed.filter(([, value]) => value !== true))
      await writes.unlink(table, id, collection, roleid);
    setRound(round + 1);
  };
  return (
    <>
      {roles.error && <ErrorBar error={roles.error} onRetry={roles.refetch} />}
      <ul className={styles.list} key={round}>
        {roles.data?.value.map((role) => (
          <li key={role.roleid} className={styles.item}>
            <Checkbox
              label={role.name ?? ''}
              checked={has(role.roleid ?? '')}
              onChange={(_event, { checked }) => draft.set(role.roleid ?? '', checked === true)}
            />
            <Text size={200} className={styles.quiet}>
              {role.description}{' '}
              <AppLink to={`/roles/${role.roleid}`}>{partsText.roleDetails(role.name ?? '')}</AppLink>
            </Text>
          </li>
        ))}
      </ul>
      <SaveBar draft={draft} onSave={save} />
    </>
  );
}
