import { makeStyles, ProgressBar, Text, tokens } from '@fluentui/react-components';
import { FolderOnboarding, FolderRuleState } from '../../../src/tables/choices.ts';
import { type ApiRow, labelOf } from '../../api/api-row.ts';
import { useWrites } from '../../api/use-writes.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { RecordList } from '../../parts/record-list.tsx';
import { Section } from '../../parts/section.tsx';
import { StatusBadge, type Tone } from '../../parts/status-badge.tsx';
import { foldersText as text } from '../../text/folders.ts';
import { FolderRuleDialog } from './folder-rule-dialog.tsx';

type Rule = ApiRow<'mailboxtrackingfolder'>;

const tones: Readonly<Record<number, Tone>> = {
  [FolderRuleState.waiting]: 'busy',
  [FolderRuleState.tracked]: 'good',
  [FolderRuleState.unknown]: 'bad',
  [FolderRuleState.outside]: 'bad',
};

const useStyles = makeStyles({
  words: { display: 'flex', flexDirection: 'column', gap: '4px', alignItems: 'flex-start', padding: '2px 0' },
  quiet: { color: tokens.colorNeutralForeground2 },
  bar: { maxWidth: '240px' },
  actions: { display: 'flex' },
});

/** The folders of a mailbox whose mail is tracked, and the record each regards: seen, added, changed, removed (UI-12). */
export function FolderRules({ mailboxId }: { readonly mailboxId: string }) {
  return (
    <Section title={text.list} lead={text.lead} actions={<FolderRuleDialog mailboxId={mailboxId} />}>
      <RecordList
        label={text.list}
        table="mailboxtrackingfolder"
        prefix="f"
        where={`_mailboxid_value eq ${mailboxId}`}
        select={[
          'mailboxtrackingfolderid',
          'exchangefoldername',
          'exchangefolderid',
          '_regardingobjectid_value',
          'folderonboardingstatus',
          'mr_folderpath',
          'mr_includesubfolders',
          'mr_itemsdone',
          'mr_itemstotal',
          'mr_state',
          'mr_statereason',
        ]}
        nameOf={nameOf}
        orderBy="exchangefoldername"
        empty={text.none}
        columns={[
          { name: text.columns.folder, sort: 'exchangefoldername', show: (row) => <Folder rule={row} /> },
          { name: text.columns.regarding, show: (row) => labelOf(row, '_regardingobjectid_value') },
          { name: text.columns.state, show: (row) => <State rule={row} />, isMinor: true, width: '38%' },
          { name: '', width: '180px', show: (row) => <Actions mailboxId={mailboxId} rule={row} /> },
        ]}
      />
    </Section>
  );
}

const nameOf = (rule: Rule): string => rule.mr_folderpath ?? rule.exchangefoldername ?? '';

function Folder({ rule }: { readonly rule: Rule }) {
  const styles = useStyles();
  return (
    <div className={styles.words}>
      <Text>{nameOf(rule)}</Text>
      {rule.mr_includesubfolders && (
        <Text size={200} className={styles.quiet}>
          {text.subfolders}
        </Text>
      )}
    </div>
  );
}

function State({ rule }: { readonly rule: Rule }) {
  const styles = useStyles();
  const [done, total] = [rule.mr_itemsdone ?? 0, rule.mr_itemstotal ?? 0];
  const isRunning = rule.folderonboardingstatus === FolderOnboarding.running;
  const isTracked = rule.mr_state === FolderRuleState.tracked;
  return (
    <div className={styles.words}>
      <StatusBadge tone={tones[rule.mr_state ?? 0] ?? 'warning'}>{labelOf(rule, 'mr_state')}</StatusBadge>
      {isRunning && (
        <ProgressBar className={styles.bar} value={done} max={Math.max(1, total)} aria-label={nameOf(rule)} />
      )}
      <Text size={200} className={styles.quiet}>
        {isTracked && `${isRunning ? text.progress(done, total) : text.tracked(done)}. `}
        {rule.mr_statereason}
      </Text>
    </div>
  );
}

function Actions({ mailboxId, rule }: { readonly mailboxId: string; readonly rule: Rule }) {
  const styles = useStyles();
  const writes = useWrites();
  return (
    <div className={styles.actions}>
      <FolderRuleDialog mailboxId={mailboxId} rule={rule} />
      <ConfirmButton
        label={text.remove.label}
        title={text.remove.title}
        action={text.remove.label}
        names={[nameOf(rule)]}
        appearance="subtle"
        size="small"
        onConfirm={() => writes.remove('mailboxtrackingfolder', rule.mailboxtrackingfolderid ?? '')}
      >
        {text.remove.sentence}
      </ConfirmButton>
    </div>
  );
}
