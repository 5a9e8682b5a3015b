import { Button, makeStyles, SearchBox, Text, tokens } from '@fluentui/react-components';
import { useMemo, useState } from 'react';
import { useFunction } from '../../api/use-rows.ts';
import { useWrites } from '../../api/use-writes.ts';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { Loading } from '../../parts/loading.tsx';
import { SaveBar } from '../../parts/save-bar.tsx';
import { Section } from '../../parts/section.tsx';
import { type Draft, useDraft } from '../../parts/use-draft.ts';
import { rolesText as text } from '../../text/roles.ts';
import { DepthButton, DepthCircle } from './depth-circle.tsx';
import {
  atMost,
  type Depth,
  depthNames,
  groupPrivileges,
  nextDepth,
  type Privilege,
  rights,
  type TablePrivileges,
} from './privilege-groups.ts';
import { useRolePrivileges } from './use-role-privileges.ts';

const useStyles = makeStyles({
  legend: { display: 'flex', flexWrap: 'wrap', gap: '4px 20px', color: tokens.colorNeutralForeground2 },
  mark: { display: 'inline-flex', gap: '6px', alignItems: 'center' },
  search: { maxWidth: '320px' },
  scroll: { overflowX: 'auto' },
  table: { borderCollapse: 'collapse', width: '100%' },
  head: {
    padding: '4px 8px',
    fontWeight: tokens.fontWeightSemibold,
    fontSize: tokens.fontSizeBase200,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    whiteSpace: 'nowrap',
  },
  left: { textAlign: 'start' },
  cell: { padding: '2px 8px', textAlign: 'center', borderBottom: `1px solid ${tokens.colorNeutralStroke3}` },
  name: {
    padding: '2px 0',
    textAlign: 'start',
    fontWeight: tokens.fontWeightRegular,
    minWidth: '150px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  rowButton: {
    justifyContent: 'flex-start',
    fontWeight: tokens.fontWeightRegular,
    padding: '2px 4px',
    textAlign: 'start',
  },
  special: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 320px), 1fr))',
    gap: '4px 24px',
  },
  bar: {
    position: 'sticky',
    bottom: '-40px',
    padding: '12px 16px',
    backgroundColor: tokens.colorNeutralBackground1,
    borderRadius: tokens.borderRadiusXLarge,
    boxShadow: tokens.shadow16,
  },
});

/** What a role allows, table by table; changed cells are marked until they are saved. */
export function PrivilegeMatrix({ roleId, isFixed }: { readonly roleId: string; readonly isFixed: boolean }) {
  const held = useRolePrivileges(roleId);
  const all = useFunction<{ readonly value: readonly Privilege[] }>(
    'privileges?$select=privilegeid,name,canbebasic,canbelocal,canbedeep,canbeglobal',
  );
  const problem = held.error ?? all.error;
  if (problem) return <ErrorBar error={problem} onRetry={held.refetch} />;
  if (held.depths === undefined || all.data === undefined) return <Loading />;
  return (
    <Matrix
      key={held.stamp}
      roleId={roleId}
      isFixed={isFixed}
      privileges={all.data.value}
      depths={held.depths}
      onSaved={held.refetch}
    />
  );
}

interface MatrixProps {
  readonly roleId: string;
  readonly isFixed: boolean;
  readonly privileges: readonly Privilege[];
  readonly depths: Readonly<Record<string, Depth>>;
  readonly onSaved: () => Promise<unknown>;
}

function Matrix({ roleId, isFixed, privileges, depths, onSaved }: MatrixProps) {
  const styles = useStyles();
  const writes = useWrites();
  const draft = useDraft(depths);
  const [words, setWords] = useState('');
  const groups = useMemo(() => groupPrivileges(privileges), [privileges]);
  const tables = groups.tables.filter(({ label, noun }) =>
    `${label} ${noun}`.toLowerCase().includes(words.toLowerCase()),
  );
  const save = async (changes: Readonly<Record<string, unknown>>): Promise<void> => {
    const next = Object.entries({ ...depths, ...changes }) as [string, Depth][];
    await writes.act('role', roleId, 'ReplacePrivilegesRole', {
      Privileges: next
        .filter(([, depth]) => depth !== 0)
        .map(([PrivilegeId, depth]) => ({ PrivilegeId, Depth: depthNames[depth] })),
    });
    await onSaved();
  };
  return (
    <>
      <Section title={text.matrix} lead={isFixed ? text.fixed : text.matrixLead}>
        <Legend />
        <SearchBox
          className={styles.search}
          placeholder={text.search}
          aria-label={text.search}
          value={words}
          onChange={(_event, { value }) => setWords(value)}
        />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
        <section className={styles.scroll} aria-label={text.matrix} tabIndex={0}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col" className={`${styles.head} ${styles.left}`}>
                  {text.table}
                </th>
                {rights.map((right) => (
                  <th key={right} scope="col" className={styles.head}>
                    {text.rights[right]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {tables.map((table) => (
                <TableRow key={table.noun} table={table} draft={draft} depths={depths} isFixed={isFixed} />
              ))}
            </tbody>
          </table>
        </section>
      </Section>
      <Section title={text.special} lead={text.specialLead}>
        <div className={styles.special}>
          {groups.special.map((privilege) => {
            const label = text.specials[privilege.name] ?? privilege.name;
            return (
              <span key={privilege.privilegeid} className={styles.mark}>
                <Cell privilege={privilege} words={label} draft={draft} depths={depths} isFixed={isFixed} />
                {label}
              </span>
            );
          })}
        </div>
      </Section>
      {!isFixed && draft.isDirty && (
        <div className={styles.bar}>
          <SaveBar draft={draft} onSave={save} />
        </div>
      )}
    </>
  );
}

function Legend() {
  const styles = useStyles();
  return (
    <div className={styles.legend}>
      {(Object.entries(text.depths) as unknown as [string, string][]).map(([depth, label]) => (
        <span key={depth} className={styles.mark}>
          <DepthCircle depth={Number(depth) as Depth} />
          <Text size={200}>{label}</Text>
        </span>
      ))}
    </div>
  );
}

interface CellProps {
  readonly draft: Draft;
  readonly depths: Readonly<Record<string, Depth>>;
  readonly isFixed: boolean;
}

const depthIn = (draft: Draft, privilege: Privilege): Depth =>
  (draft.read(privilege.privilegeid) as Depth | undefined) ?? 0;

function TableRow({ table, ...props }: CellProps & { readonly table: TablePrivileges }) {
  const styles = useStyles();
  const { draft, isFixed } = props;
  const own = rights.flatMap((right) => table.byRight[right] ?? []);
  const all = (): void => {
    const read = table.byRight.read ?? own[0];
    if (read === undefined) return;
    const next = nextDepth(read, depthIn(draft, read));
    for (const privilege of own) draft.set(privilege.privilegeid, atMost(privilege, next));
  };
  return (
    <tr>
      <th scope="row" className={styles.name}>
        <Button
          appearance="transparent"
          size="small"
          className={styles.rowButton}
          disabledFocusable={isFixed}
          title={text.row(table.label)}
          onClick={all}
        >
          {table.label}
        </Button>
      </th>
      {rights.map((right) => {
        const privilege = table.byRight[right];
        return (
          <td key={right} className={styles.cell}>
            {privilege && (
              <Cell privilege={privilege} words={text.cell(text.rights[right], table.label, '')} {...props} />
            )}
          </td>
        );
      })}
    </tr>
  );
}

function Cell({
  privilege,
  words,
  draft,
  depths,
  isFixed,
}: CellProps & { readonly privilege: Privilege; readonly words: string }) {
  const depth = depthIn(draft, privilege);
  return (
    <DepthButton
      depth={depth}
      label={`${words.replace(/: $/, '')}: ${text.depths[depth]}`}
      isChanged={depth !== (depths[privilege.privilegeid] ?? 0)}
      isDisabled={isFixed}
      onChoose={() => draft.set(privilege.privilegeid, nextDepth(privilege, depth))}
    />
  );
}
