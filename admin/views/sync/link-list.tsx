import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { type ApiRow, labelOf } from '../../api/api-row.ts';
import { containsWords } from '../../api/odata.ts';
import { useWrites } from '../../api/use-writes.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { doEach, type TellProgress } from '../../parts/do-each.ts';
import { useNotify } from '../../parts/notices.tsx';
import { type ListColumn, type ListFilter, RecordList } from '../../parts/record-list.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { When } from '../../parts/when.tsx';
import { partsText } from '../../text/parts.ts';
import { syncText } from '../../text/sync.ts';
import { isTied, linkConditions, linkTone } from './link-state.ts';
import { recordPath, syncedTables } from './synced-tables.ts';

type Link = ApiRow<'exchangesyncidmapping'>;
const text = syncText.links;

const filters: readonly ListFilter[] = [
  {
    name: 'link',
    label: text.filterState,
    options: [
      { value: 'all', label: text.states.all, condition: undefined },
      ...Object.entries(linkConditions).map(([value, condition]) => ({
        value,
        label: text.states[value as keyof typeof linkConditions],
        condition,
      })),
    ],
  },
  {
    name: 'folder',
    label: text.filterFolder,
    options: [
      { value: 'all', label: text.everyFolder, condition: undefined },
      ...Object.entries(text.folders).map(([value, label]) => ({
        value,
        label,
        condition: `mr_foldername eq '${value}'`,
      })),
    ],
  },
];

const useStyles = makeStyles({
  words: { display: 'flex', flexDirection: 'column', gap: '2px', alignItems: 'flex-start', padding: '2px 0' },
  quiet: { color: tokens.colorNeutralForeground2 },
});

const title: ListColumn<'exchangesyncidmapping'> = { name: text.columns.title, show: (row) => <Title link={row} /> };
const folder: ListColumn<'exchangesyncidmapping'> = {
  name: text.columns.folder,
  sort: 'mr_foldername',
  show: (row) => text.folders[row.mr_foldername as keyof typeof text.folders] ?? '',
  width: '110px',
  isMinor: true,
};
const mailbox: ListColumn<'exchangesyncidmapping'> = {
  name: text.columns.mailbox,
  show: (row) => <AppLink to={`/mailboxes/${row.mr_mailboxid}?tab=sync`}>{labelOf(row, '_ownerid_value')}</AppLink>,
};
const rest: readonly ListColumn<'exchangesyncidmapping'>[] = [
  {
    name: text.columns.state,
    show: (row) => <StatusBadge tone={linkTone(row)}>{labelOf(row, 'mr_linkstate')}</StatusBadge>,
  },
  {
    name: text.columns.synced,
    sort: 'mr_lastsyncedon',
    show: (row) => <When value={row.mr_lastsyncedon} empty={partsText.never} />,
    width: '130px',
    isMinor: true,
  },
  { name: text.columns.trouble, show: (row) => <Trouble link={row} />, width: '34%', isMinor: true },
];

const columnsOf = {
  all: [title, folder, mailbox, ...rest],
  mailbox: [title, folder, ...rest],
  record: [mailbox, ...rest],
} as const;

/** Links of records to items: of all mailboxes, of one, or those of one record; what failed can be tried again, and links cut. */
export function LinkList({
  of,
  where,
  prefix,
}: {
  readonly of: keyof typeof columnsOf;
  readonly where?: string;
  readonly prefix: string;
}) {
  const isOfRecord = of === 'record';
  return (
    <RecordList
      label={text.list}
      table="exchangesyncidmapping"
      prefix={prefix}
      where={where}
      select={[
        'exchangesyncidmappingid',
        'itemsubject',
        'objectid',
        'objecttypecode',
        'mr_foldername',
        'mr_mailboxid',
        'mr_linkstate',
        'mr_lastsyncedon',
        'mr_nexttryon',
        'retries',
        'lastsyncerror',
        '_ownerid_value',
      ]}
      nameOf={nameOf}
      {...(isOfRecord ? {} : { searchBy: (words: string) => containsWords(words, ['itemsubject']), filters })}
      orderBy="modifiedon desc"
      empty={isOfRecord ? text.noneOfRecord : text.none}
      columns={columnsOf[of]}
      bulk={(rows, clear) => <LinkActions rows={rows} onDone={clear} />}
    />
  );
}

const nameOf = (link: Link): string => link.itemsubject || labelOf(link, '_ownerid_value');

function Title({ link }: { readonly link: Link }) {
  const table = syncedTables[link.objecttypecode as keyof typeof syncedTables];
  const path = recordPath(table, link.objectid);
  const name = link.itemsubject || partsText.none;
  return path === undefined ? name : <AppLink to={path}>{name}</AppLink>;
}

function Trouble({ link }: { readonly link: Link }) {
  const styles = useStyles();
  const tries = link.retries ?? 0;
  if (tries === 0) return null;
  return (
    <div className={styles.words}>
      <Text>{link.lastsyncerror}</Text>
      <Text size={200} className={styles.quiet}>
        {text.tries(tries)}
        {link.mr_nexttryon && (
          <>
            {'. '}
            {text.nextTry}: <When value={link.mr_nexttryon} />
          </>
        )}
      </Text>
    </div>
  );
}

function LinkActions({ rows, onDone }: { readonly rows: readonly Link[]; readonly onDone: () => void }) {
  const writes = useWrites();
  const notify = useNotify();
  const names = rows.map(nameOf);
  const each = (action: string, tell: TellProgress) => {
    const work = (row: Link) => writes.act('exchangesyncidmapping', row.exchangesyncidmappingid ?? '', action);
    return doEach(rows, nameOf, work, tell);
  };
  return (
    <>
      <ConfirmButton
        label={text.retry.label}
        title={text.retry.title}
        action={text.retry.label}
        names={names}
        onConfirm={async (tell) => {
          await each('mr_ResyncItem', tell);
          notify(text.retry.done);
          onDone();
        }}
      >
        {text.retry.sentence}
      </ConfirmButton>
      {rows.some(isTied) && (
        <ConfirmButton
          label={text.unlink.label}
          title={text.unlink.title}
          action={text.unlink.label}
          names={names}
          onConfirm={async (tell) => {
            await each('mr_UnlinkItem', tell);
            onDone();
          }}
        >
          {text.unlink.sentence}
        </ConfirmButton>
      )}
    </>
  );
}
