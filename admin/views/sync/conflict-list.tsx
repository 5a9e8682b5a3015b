import {
  makeStyles,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
  Text,
  tokens,
} from '@fluentui/react-components';
import { type ApiRow, labelOf, lookupTable } from '../../api/api-row.ts';
import { allOf, containsWords } from '../../api/odata.ts';
import { useWrites } from '../../api/use-writes.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { doEach } from '../../parts/do-each.ts';
import { useNotify } from '../../parts/notices.tsx';
import { type ListFilter, RecordList } from '../../parts/record-list.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { When } from '../../parts/when.tsx';
import { fieldsText } from '../../text/fields.ts';
import { partsText } from '../../text/parts.ts';
import { syncText } from '../../text/sync.ts';
import { recordPath } from './synced-tables.ts';

type Conflict = ApiRow<'syncerror'>;
const text = syncText.conflicts;

/** `syncerror.errortype` of a conflict, and its states. */
const isConflict = 'errortype eq 0';
const State = { open: 0, seen: 1 } as const;

/** What the engine wrote down of a conflict, in `errordetail`. */
interface Note {
  readonly fields?: readonly {
    readonly field: string;
    readonly kept: 'record' | 'item';
    readonly value: unknown;
    readonly lost: unknown;
  }[];
  readonly deletedBy?: 'record' | 'item';
  readonly lost?: Readonly<Record<string, unknown>>;
}

const useStyles = makeStyles({
  words: { display: 'flex', flexDirection: 'column', gap: '4px', padding: '4px 0' },
  lost: { color: tokens.colorNeutralForeground2, textDecorationLine: 'line-through', overflowWrap: 'anywhere' },
  value: { overflowWrap: 'anywhere' },
  facts: { margin: 0, display: 'grid', gridTemplateColumns: 'max-content 1fr', gap: '2px 12px' },
  quiet: { color: tokens.colorNeutralForeground2 },
});

const searchBy = (words: string): string | undefined => containsWords(words, ['name', 'errormessage']);

const filters: readonly ListFilter[] = [
  {
    name: 'seen',
    label: text.filterState,
    options: [
      { value: 'all', label: text.states.all, condition: undefined },
      { value: 'open', label: text.states.open, condition: `statecode eq ${State.open}` },
      { value: 'seen', label: text.states.seen, condition: `statecode eq ${State.seen}` },
    ],
  },
];

/** Conflicts: which side's value stands, field by field, and what gave way; they can be marked as seen. */
export function ConflictList({
  of,
  where,
  prefix,
}: {
  /** Of one record there are few: no search, no filter. */
  readonly of: 'all' | 'record';
  readonly where?: string;
  readonly prefix: string;
}) {
  const writes = useWrites();
  const notify = useNotify();
  const nameOf = (row: Conflict): string => row.name ?? '';
  return (
    <RecordList
      label={text.list}
      table="syncerror"
      prefix={prefix}
      where={allOf(isConflict, where)}
      select={[
        'syncerrorid',
        'name',
        'errordetail',
        'errormessage',
        'errortime',
        'statecode',
        '_regardingobjectid_value',
      ]}
      nameOf={nameOf}
      {...(of === 'record' ? {} : { searchBy, filters })}
      orderBy="errortime desc"
      empty={text.none}
      columns={[
        { name: text.columns.title, show: (row) => <Title conflict={row} />, width: '18%' },
        { name: text.columns.decision, show: (row) => <Decision conflict={row} />, width: '50%' },
        {
          name: text.columns.when,
          sort: 'errortime',
          show: (row) => <When value={row.errortime} />,
          width: '120px',
          isMinor: true,
        },
        {
          name: text.columns.state,
          width: '110px',
          isMinor: true,
          show: (row) =>
            row.statecode === State.open ? (
              <StatusBadge tone="warning">{text.states.open}</StatusBadge>
            ) : (
              <StatusBadge tone="quiet">{text.states.seen}</StatusBadge>
            ),
        },
      ]}
      bulk={(rows, clear) => (
        <ConfirmButton
          label={text.see.label}
          title={text.see.title}
          action={text.see.label}
          names={rows.map(nameOf)}
          onConfirm={async (tell) => {
            const values = { statecode: State.seen, statuscode: State.seen };
            await doEach(rows, nameOf, (row) => writes.update('syncerror', row.syncerrorid ?? '', values), tell);
            notify(text.see.done(rows.length));
            clear();
          }}
        >
          {text.see.sentence}
        </ConfirmButton>
      )}
    />
  );
}

function Title({ conflict }: { readonly conflict: Conflict }) {
  const path = recordPath(lookupTable(conflict, '_regardingobjectid_value'), conflict._regardingobjectid_value);
  const name = conflict.name || labelOf(conflict, '_regardingobjectid_value');
  return path === undefined ? name : <AppLink to={path}>{name}</AppLink>;
}

function Decision({ conflict }: { readonly conflict: Conflict }) {
  const styles = useStyles();
  const note = readNote(conflict.errordetail);
  if (note?.deletedBy !== undefined)
    return (
      <div className={styles.words}>
        <Text>{text.deleted[note.deletedBy]}</Text>
        <dl className={styles.facts}>
          {Object.entries(note.lost ?? {})
            .filter(([, value]) => value !== null && value !== '')
            .map(([field, value]) => (
              <div key={field} style={{ display: 'contents' }}>
                <dt className={styles.quiet}>{fieldName(field)}</dt>
                <dd className={styles.value} style={{ margin: 0 }}>
                  {shown(value)}
                </dd>
              </div>
            ))}
        </dl>
      </div>
    );
  if (!note?.fields) return conflict.errormessage ?? '';
  return (
    <Table size="extra-small" aria-label={conflict.name ?? ''}>
      <TableHeader>
        <TableRow>
          <TableHeaderCell>{text.field}</TableHeaderCell>
          <TableHeaderCell>{text.stands}</TableHeaderCell>
          <TableHeaderCell>{text.gaveWay}</TableHeaderCell>
        </TableRow>
      </TableHeader>
      <TableBody>
        {note.fields.map(({ field, kept, value, lost }) => (
          <TableRow key={field}>
            <TableCell>{fieldName(field)}</TableCell>
            <TableCell>
              <span className={styles.value}>
                {shown(value)} <Text size={200}>({text.sides[kept]})</Text>
              </span>
            </TableCell>
            <TableCell>
              <span className={styles.lost}>{shown(lost)}</span>
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function readNote(json: string | null | undefined): Note | undefined {
  try {
    return json ? (JSON.parse(json) as Note) : undefined;
  } catch {
    // Not by the engine of this release; its sentence is shown instead.
    return undefined;
  }
}

const fieldNames: Readonly<Record<string, string>> = fieldsText.names;
const fieldName = (field: string): string => fieldNames[field] ?? field;

const isMoment = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

function shown(value: unknown): string {
  if (value === null || value === undefined || value === '') return text.nothing;
  if (Array.isArray(value)) return value.map(shown).join('; ');
  if (typeof value === 'object')
    return Object.values(value)
      .filter((part) => part !== null && part !== '')
      .map(shown)
      .join(', ');
  if (typeof value === 'boolean') return value ? partsText.yes : partsText.no;
  return typeof value === 'string' && isMoment.test(value) ? full.format(new Date(value)) : String(value);
}

const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
