import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { TraceLevel } from '../../../src/tables/choices.ts';
import { type ApiRow, labelOf, lookupTable } from '../../api/api-row.ts';
import { containsWords } from '../../api/odata.ts';
import { useWrites } from '../../api/use-writes.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { doEach } from '../../parts/do-each.ts';
import { useNotify } from '../../parts/notices.tsx';
import { type ListColumn, type ListFilter, RecordList } from '../../parts/record-list.tsx';
import { StatusBadge, type Tone } from '../../parts/status-badge.tsx';
import { When } from '../../parts/when.tsx';
import { alertsText as text } from '../../text/alerts.ts';

type Alert = ApiRow<'tracelog'>;

const useStyles = makeStyles({
  words: { display: 'flex', flexDirection: 'column', gap: '4px', padding: '4px 0' },
  quiet: { color: tokens.colorNeutralForeground2 },
  reply: {
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
  },
});

const tones: Readonly<Record<number, Tone>> = { 1: 'quiet', 2: 'warning', 3: 'bad' };
const levels: Readonly<Record<number, string>> = text.levels;

const filters: readonly ListFilter[] = [
  {
    name: 'open',
    label: text.state,
    options: [
      { value: 'open', label: text.open, condition: 'mr_resolvedon eq null' },
      { value: 'closed', label: text.closed, condition: 'mr_resolvedon ne null' },
      { value: 'all', label: text.everyState, condition: undefined },
    ],
  },
  {
    name: 'level',
    label: text.level,
    options: [
      { value: 'all', label: text.everyLevel, condition: undefined },
      ...[TraceLevel.error, TraceLevel.warning, TraceLevel.information].map((level) => ({
        value: String(level),
        label: text.levels[level],
        condition: `level eq ${level}`,
      })),
    ],
  },
];

const columns: readonly ListColumn<'tracelog'>[] = [
  {
    name: text.level,
    sort: 'level',
    width: '110px',
    show: (row) => <StatusBadge tone={tones[row.level ?? 1] ?? 'quiet'}>{levels[row.level ?? 1] ?? ''}</StatusBadge>,
  },
  { name: text.what, show: (row) => <AlertWords alert={row} />, width: '55%' },
  { name: text.about, show: (row) => <About alert={row} />, isMinor: true },
  {
    name: text.last,
    sort: 'mr_lastoccurredon',
    show: (row) => <When value={row.mr_lastoccurredon} />,
    width: '120px',
    isMinor: true,
  },
];

/** Alerts in plain words: cause, next try, remedy (AL-05, AL-21); all, or those of one record. */
export function AlertList({ where, prefix }: { readonly where?: string; readonly prefix?: string }) {
  const writes = useWrites();
  const notify = useNotify();
  return (
    <RecordList
      label={text.list}
      table="tracelog"
      prefix={prefix ?? ''}
      where={where}
      select={[
        'tracelogid',
        'level',
        'text',
        'errordetails',
        'traceactionxml',
        'mr_code',
        'mr_count',
        'mr_lastoccurredon',
        'mr_nextattempton',
        'mr_resolvedon',
        'mr_mailedon',
        '_regardingobjectid_value',
      ]}
      nameOf={(row) => row.text ?? ''}
      searchBy={(words) => containsWords(words, ['text', 'mr_code'])}
      filters={filters}
      orderBy="mr_lastoccurredon desc"
      columns={columns}
      empty={text.none}
      bulk={(rows, clear) => (
        <ConfirmButton
          label={text.acknowledge}
          title={text.acknowledgeTitle}
          action={text.acknowledge}
          names={rows.map((row) => row.text ?? '')}
          onConfirm={async () => {
            await doEach(
              rows,
              (row) => row.text ?? '',
              (row) => writes.remove('tracelog', row.tracelogid ?? ''),
            );
            notify(text.acknowledged(rows.length));
            clear();
          }}
        >
          {text.acknowledgeSentence}
        </ConfirmButton>
      )}
    />
  );
}

function AlertWords({ alert }: { readonly alert: Alert }) {
  const styles = useStyles();
  const action = /Name="(\w+)"/.exec(alert.traceactionxml ?? '')?.[1] as keyof typeof text.actions | undefined;
  return (
    <div className={styles.words}>
      <Text>
        {alert.text}{' '}
        {(alert.mr_count ?? 1) > 1 && <span className={styles.quiet}>({text.times(alert.mr_count ?? 1)})</span>}
      </Text>
      {alert.errordetails && (
        <span className={styles.reply}>
          {text.server} {alert.errordetails}
        </span>
      )}
      {alert.mr_nextattempton && !alert.mr_resolvedon && (
        <Text size={200} className={styles.quiet}>
          {text.next} <When value={alert.mr_nextattempton} />
        </Text>
      )}
      {alert.mr_mailedon && (
        <Text size={200} className={styles.quiet}>
          {text.mailed} <When value={alert.mr_mailedon} />
        </Text>
      )}
      {alert.mr_resolvedon && (
        <Text size={200} className={styles.quiet}>
          {text.since} <When value={alert.mr_resolvedon} />
        </Text>
      )}
      {action && !alert.mr_resolvedon && <AppLink to={pathTo(alert)}>{text.actions[action]}</AppLink>}
    </div>
  );
}

function About({ alert }: { readonly alert: Alert }) {
  return <AppLink to={pathTo(alert)}>{labelOf(alert, '_regardingobjectid_value') || (alert.mr_code ?? '')}</AppLink>;
}

const homes: Readonly<Record<string, string>> = {
  mailbox: '/mailboxes',
  emailserverprofile: '/profiles',
  email: '/emails',
};

/** The page of the record that an alert is about. */
function pathTo(alert: Alert): string {
  const table = lookupTable(alert, '_regardingobjectid_value') ?? '';
  const home = homes[table];
  return home === undefined ? '/alerts' : `${home}/${alert._regardingobjectid_value}`;
}
