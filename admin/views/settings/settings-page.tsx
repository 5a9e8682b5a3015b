import { Button, makeStyles, SearchBox, tokens } from '@fluentui/react-components';
import { useMemo, useState } from 'react';
import { useApi } from '../../api/api-context.tsx';
import type { ApiRow, SelectName } from '../../api/api-row.ts';
import { useRows } from '../../api/use-rows.ts';
import { useWrites } from '../../api/use-writes.ts';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { FieldGrid } from '../../parts/fields.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { SaveBar } from '../../parts/save-bar.tsx';
import { Section } from '../../parts/section.tsx';
import { useDraft } from '../../parts/use-draft.ts';
import { activitySettings } from '../../text/settings/activity-settings.ts';
import { mailSettings } from '../../text/settings/mail-settings.ts';
import { serviceSettings } from '../../text/settings/service-settings.ts';
import { setupSettings } from '../../text/settings/setup-settings.ts';
import { settingsText as text } from '../../text/settings.ts';
import { keyOf, SettingField } from './setting-field.tsx';
import { readSwitches, writeSwitches } from './switch-xml.ts';
import { TokenExample } from './token-example.tsx';

const useStyles = makeStyles({
  search: { maxWidth: '360px' },
  groups: { display: 'flex', flexWrap: 'wrap', gap: '6px' },
  bar: {
    position: 'sticky',
    bottom: '-40px',
    display: 'flex',
    flexDirection: 'column',
    gap: '8px',
    padding: '12px 16px',
    backgroundColor: tokens.colorNeutralBackground1,
    borderRadius: tokens.borderRadiusXLarge,
    boxShadow: tokens.shadow16,
  },
});

const settingGroups = [...setupSettings, ...mailSettings, ...activitySettings, ...serviceSettings];
const columns = settingGroups.flatMap(({ settings }) => settings.flatMap(({ column }) => column ?? []));
const select: readonly SelectName<'organization'>[] = [
  'organizationid',
  'orgdborgsettings',
  ...Array.from(new Set(columns), (column) =>
    column === 'defaultemailserverprofileid' ? '_defaultemailserverprofileid_value' : column,
  ),
];

/** The organisation's settings with what each does and what is usual (chapter ST). */
export function SettingsPage() {
  const [words, setWords] = useState('');
  const rows = useRows({ table: 'organization', select, top: 1 });
  const row = rows.data?.value[0];
  return (
    <>
      <PageTitle title={text.title} lead={text.lead} />
      {rows.error && <ErrorBar error={rows.error} onRetry={rows.refetch} />}
      {rows.isPending && <Loading />}
      {row && <Form row={row} words={words} setWords={setWords} />}
    </>
  );
}

interface FormProps {
  readonly row: ApiRow<'organization'>;
  readonly words: string;
  readonly setWords: (words: string) => void;
}

function Form({ row, words, setWords }: FormProps) {
  const styles = useStyles();
  const writes = useWrites();
  const { session } = useApi();
  const start = useMemo(() => startOf(row), [row]);
  const draft = useDraft(start);
  const save = async (changes: Readonly<Record<string, unknown>>): Promise<void> => {
    const names = new Set(settingGroups.flatMap(({ settings }) => settings.flatMap(({ name }) => name ?? [])));
    const given = Object.entries(changes);
    const values = Object.fromEntries(given.filter(([key]) => !names.has(key)));
    const switches = Object.fromEntries(
      given.filter(([key]) => names.has(key)).map(([key, value]) => [key, String(value ?? 0)]),
    );
    const isSwitched = Object.keys(switches).length > 0;
    await writes.update(
      'organization',
      row.organizationid ?? '',
      { ...values, ...(isSwitched ? { orgdborgsettings: writeSwitches(row.orgdborgsettings, switches) } : {}) },
      row['@odata.etag'],
    );
  };
  const wanted = words.toLowerCase();
  const groups = settingGroups
    .map((group) => ({
      ...group,
      settings: group.settings.filter((one) =>
        `${group.title} ${one.label} ${one.hint} ${one.id} ${keyOf(one)}`.toLowerCase().includes(wanted),
      ),
    }))
    .filter((group) => group.settings.length > 0);
  return (
    <>
      <SearchBox
        className={styles.search}
        placeholder={text.search}
        aria-label={text.search}
        value={words}
        onChange={(_event, { value }) => setWords(value)}
      />
      {wanted === '' && <GroupLinks />}
      {groups.length === 0 && text.nothing}
      {groups.map((group) => (
        <div key={group.title} id={anchorOf(group.title)}>
          <Section title={group.title} lead={group.lead}>
            <FieldGrid>
              {group.settings.map((setting) => (
                <SettingField key={keyOf(setting)} setting={setting} draft={draft} />
              ))}
            </FieldGrid>
            {group.settings.some(({ column }) => column === 'trackingprefix') && <TokenExample draft={draft} />}
          </Section>
        </div>
      ))}
      {session.isAdministrator && draft.isDirty && (
        <div className={styles.bar}>
          <SaveBar draft={draft} onSave={save} />
        </div>
      )}
    </>
  );
}

/** Columns as they are; switches from the XML, or what is usual. */
function startOf(row: ApiRow<'organization'>): Readonly<Record<string, unknown>> {
  const switches = readSwitches(row.orgdborgsettings);
  const values: Record<string, unknown> = { ...row };
  for (const { settings } of settingGroups) {
    for (const { name, kind, usualValue } of settings) {
      if (name === undefined) continue;
      const written = switches[name];
      values[name] = written === undefined ? usualValue : kind === 'yes' ? written === 'true' : Number(written);
    }
  }
  return values;
}

const anchorOf = (title: string): string => title.toLowerCase().replaceAll(/[^a-z]+/g, '-');

/** The groups by name, each leading to where it stands. */
function GroupLinks() {
  const styles = useStyles();
  return (
    <nav aria-label={text.groups} className={styles.groups}>
      {settingGroups.map(({ title }) => (
        <Button
          key={title}
          size="small"
          shape="circular"
          onClick={() => document.getElementById(anchorOf(title))?.scrollIntoView()}
        >
          {title}
        </Button>
      ))}
    </nav>
  );
}
