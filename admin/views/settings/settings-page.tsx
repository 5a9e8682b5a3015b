import { makeStyles, SearchBox, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { useApi } from '../../api/api-context.tsx';
import type { ApiRow, SelectName } from '../../api/api-row.ts';
import { useRows } from '../../api/use-rows.ts';
import { useWrites } from '../../api/use-writes.ts';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { FieldGrid, NumberField, SwitchField, TextField } from '../../parts/fields.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { SaveBar } from '../../parts/save-bar.tsx';
import { Section } from '../../parts/section.tsx';
import { type Draft, useDraft } from '../../parts/use-draft.ts';
import { settingsText as text } from '../../text/settings.ts';
import { mailSettings } from './mail-settings.ts';
import { serviceSettings } from './service-settings.ts';
import type { SettingDefinition } from './setting-definition.ts';
import { readSwitches, writeSwitches } from './switch-xml.ts';

const useStyles = makeStyles({
  search: { maxWidth: '360px' },
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

const settingGroups = [...mailSettings, ...serviceSettings];
const columns = settingGroups.flatMap(({ settings }) => settings.flatMap(({ column }) => column ?? []));
const select: readonly SelectName<'organization'>[] = ['organizationid', 'orgdborgsettings', ...new Set(columns)];

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
      {row && <Form key={row['@odata.etag']} row={row} words={words} setWords={setWords} />}
    </>
  );
}

const keyOf = (setting: SettingDefinition): string => setting.column ?? setting.name ?? '';

interface FormProps {
  readonly row: ApiRow<'organization'>;
  readonly words: string;
  readonly setWords: (words: string) => void;
}

function Form({ row, words, setWords }: FormProps) {
  const styles = useStyles();
  const writes = useWrites();
  const { session } = useApi();
  const [start] = useState(() => startOf(row));
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
      {groups.length === 0 && text.nothing}
      {groups.map((group) => (
        <Section key={group.title} title={group.title} lead={group.lead}>
          <FieldGrid>
            {group.settings.map((setting) => (
              <SettingField key={keyOf(setting)} setting={setting} draft={draft} />
            ))}
          </FieldGrid>
        </Section>
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

function SettingField({ setting, draft }: { readonly setting: SettingDefinition; readonly draft: Draft }) {
  const name = keyOf(setting);
  const value = draft.read(name);
  const isUsual = setting.kind === 'long' || value === null || value === undefined || value === setting.usualValue;
  const hint = `${setting.hint} ${text.usual(setting.usual)}${isUsual ? '' : ` ${text.changed}.`}`;
  const props = { draft, name, label: setting.label, hint };
  if (setting.kind === 'yes') return <SwitchField {...props} />;
  if (setting.kind === 'number') return <NumberField {...props} />;
  return <TextField {...props} isLong={setting.kind === 'long'} />;
}
