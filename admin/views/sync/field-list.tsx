import {
  Field,
  makeStyles,
  Select,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
  Text,
  tokens,
} from '@fluentui/react-components';
import type { ApiRow } from '../../api/api-row.ts';
import { useRows } from '../../api/use-rows.ts';
import { useWrites, type Writes } from '../../api/use-writes.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { doEach } from '../../parts/do-each.ts';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { Loading } from '../../parts/loading.tsx';
import { useNotify } from '../../parts/notices.tsx';
import { Section } from '../../parts/section.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useIsNarrow } from '../../parts/use-is-narrow.ts';
import { useUrlState } from '../../parts/use-url-state.ts';
import { fieldsText as text } from '../../text/fields.ts';

type FieldMap = ApiRow<'syncattributemapping'>;
type OwnMap = ApiRow<'principalsyncattributemap'>;

const directions: Readonly<Record<number, string>> = text.directions;
const names: Readonly<Record<string, string>> = text.names;
const nameOf = ({ mappingname }: FieldMap): string => names[mappingname ?? ''] ?? mappingname ?? '';

/** FM-01: a map whose direction is fixed allows its usual one alone. */
const isSettable = (map: FieldMap): boolean => map.allowedsyncdirection === 3;

const useStyles = makeStyles({
  quiet: { color: tokens.colorNeutralForeground2 },
  choice: { display: 'flex', flexWrap: 'wrap', gap: '8px', alignItems: 'center' },
});

/** Which way each field goes: the organisation's choice, or with `userId` the user's own where it differs (FM-02, PO-08). */
export function FieldList({ userId }: { readonly userId?: string }) {
  const [table, setTable] = useUrlState('fields', 'appointment');
  const maps = useRows({
    table: 'syncattributemapping',
    select: [
      'syncattributemappingid',
      'mappingname',
      'attributecrmname',
      'attributeexchangename',
      'computedproperties',
      'syncdirection',
      'defaultsyncdirection',
      'allowedsyncdirection',
    ],
    filter: `entitytypecode eq '${table}'`,
    orderBy: 'mappingname',
    top: 200,
  });
  const own = useRows({
    table: 'principalsyncattributemap',
    select: ['principalsyncattributemapid', 'mappingname', 'syncdirection'],
    filter: `principalid eq ${userId} and entitytypecode eq '${table}'`,
    top: 200,
    isEnabled: userId !== undefined,
  });
  const rows = maps.data?.value ?? [];
  const ownRows = userId === undefined ? undefined : own.data?.value;
  const error = maps.error ?? own.error;
  const isReady = maps.data !== undefined && (userId === undefined || ownRows !== undefined);
  return (
    <Section
      title={text.title}
      lead={userId === undefined ? text.lead : text.ownLead}
      actions={<Reset maps={rows} own={ownRows} />}
    >
      <Field label={text.table} style={{ maxWidth: '320px' }}>
        <Select value={table} onChange={(_event, { value }) => setTable(value)}>
          {Object.entries(text.tables).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      {error && <ErrorBar error={error} onRetry={() => Promise.all([maps.refetch(), own.refetch()])} />}
      {!isReady && !error && <Loading />}
      {isReady && <FieldTable table={table} userId={userId} maps={rows} own={ownRows} />}
    </Section>
  );
}

function FieldTable({
  table,
  userId,
  maps,
  own,
}: {
  readonly table: string;
  readonly userId: string | undefined;
  readonly maps: readonly FieldMap[];
  readonly own: readonly OwnMap[] | undefined;
}) {
  const styles = useStyles();
  const isNarrow = useIsNarrow();
  return (
    <Table size="small" aria-label={text.list}>
      <TableHeader>
        <TableRow>
          <TableHeaderCell>{text.columns.field}</TableHeaderCell>
          {!isNarrow && <TableHeaderCell>{text.columns.column}</TableHeaderCell>}
          {!isNarrow && <TableHeaderCell>{text.columns.exchange}</TableHeaderCell>}
          <TableHeaderCell style={{ width: isNarrow ? '60%' : '40%' }}>{text.columns.direction}</TableHeaderCell>
        </TableRow>
      </TableHeader>
      <TableBody>
        {maps.map((map) => (
          <TableRow key={map.syncattributemappingid}>
            <TableCell>{nameOf(map)}</TableCell>
            {!isNarrow && <TableCell className={styles.quiet}>{columnsOf(map)}</TableCell>}
            {!isNarrow && <TableCell className={styles.quiet}>{map.attributeexchangename}</TableCell>}
            <TableCell>
              {!isSettable(map) ? (
                <Text className={styles.quiet}>
                  {directions[map.defaultsyncdirection ?? 0]} ({text.fixed})
                </Text>
              ) : userId === undefined ? (
                <CommonDirection map={map} />
              ) : (
                <OwnDirection
                  table={table}
                  userId={userId}
                  map={map}
                  own={own?.find(({ mappingname }) => mappingname === map.mappingname)}
                />
              )}
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function columnsOf(map: FieldMap): string {
  const several = map.computedproperties?.split(',').length ?? 0;
  return several > 1 ? text.several(several) : (map.attributecrmname ?? '');
}

function CommonDirection({ map }: { readonly map: FieldMap }) {
  const writes = useWrites();
  const value = map.syncdirection ?? map.defaultsyncdirection ?? 0;
  return (
    <DirectionChoice
      name={nameOf(map)}
      value={String(value)}
      options={Object.entries(directions)}
      note={value === map.defaultsyncdirection ? undefined : text.changed}
      onChoose={(next) =>
        writes.update('syncattributemapping', map.syncattributemappingid ?? '', { syncdirection: Number(next) })
      }
    />
  );
}

/** Chosen when a user follows the organisation. */
const inherited = '';

function OwnDirection({
  table,
  userId,
  map,
  own,
}: {
  readonly table: string;
  readonly userId: string;
  readonly map: FieldMap;
  readonly own: OwnMap | undefined;
}) {
  const writes = useWrites();
  const common = directions[map.syncdirection ?? map.defaultsyncdirection ?? 0] ?? '';
  const choose = async (next: string): Promise<void> => {
    if (next === inherited) return removeOwn(writes, own);
    const syncdirection = Number(next);
    if (own)
      return writes.update('principalsyncattributemap', own.principalsyncattributemapid ?? '', { syncdirection });
    await writes.create('principalsyncattributemap', {
      entitytypecode: table,
      mappingname: map.mappingname,
      principalid: userId,
      syncdirection,
    });
  };
  return (
    <DirectionChoice
      name={nameOf(map)}
      value={own ? String(own.syncdirection ?? 0) : inherited}
      options={[[inherited, text.asOrganisation(common)], ...Object.entries(directions)]}
      note={own ? text.own : undefined}
      onChoose={choose}
    />
  );
}

const removeOwn = async (writes: Writes, own: OwnMap | undefined): Promise<void> => {
  if (own) await writes.remove('principalsyncattributemap', own.principalsyncattributemapid ?? '');
};

function DirectionChoice({
  name,
  value,
  options,
  note,
  onChoose,
}: {
  readonly name: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly note: string | undefined;
  readonly onChoose: (value: string) => Promise<void>;
}) {
  const styles = useStyles();
  const notify = useNotify();
  const action = useAction();
  return (
    <>
      <div className={styles.choice}>
        <Select
          size="small"
          aria-label={text.directionOf(name)}
          value={value}
          disabled={action.isBusy}
          onChange={(_event, data) =>
            void action.run(async () => {
              await onChoose(data.value);
              notify(text.saved(name));
            })
          }
        >
          {options.map(([option, label]) => (
            <option key={option} value={option}>
              {label}
            </option>
          ))}
        </Select>
        {note && <StatusBadge tone="warning">{note}</StatusBadge>}
      </div>
      {action.problem && <ErrorBar error={action.problem} />}
    </>
  );
}

/** Sets all directions of a table back: to the usual ones, or a user's own to the organisation's. */
function Reset({ maps, own }: { readonly maps: readonly FieldMap[]; readonly own: readonly OwnMap[] | undefined }) {
  const writes = useWrites();
  const changed = maps.filter((map) => map.syncdirection !== map.defaultsyncdirection);
  const nameOfOwn = ({ mappingname }: OwnMap): string => names[mappingname ?? ''] ?? mappingname ?? '';
  const hits = own ? own.map(nameOfOwn) : changed.map(nameOf);
  const reset = (): Promise<void> =>
    own
      ? doEach(own, nameOfOwn, (row) => removeOwn(writes, row))
      : doEach(changed, nameOf, (map) =>
          writes.update('syncattributemapping', map.syncattributemappingid ?? '', {
            syncdirection: map.defaultsyncdirection,
          }),
        );
  const label = own ? text.resetOwn : text.reset;
  return (
    <ConfirmButton
      label={label}
      title={text.resetTitle}
      action={label}
      names={hits}
      isDisabled={hits.length === 0}
      onConfirm={reset}
    >
      {own ? text.resetOwnSentence : text.resetSentence}
    </ConfirmButton>
  );
}
