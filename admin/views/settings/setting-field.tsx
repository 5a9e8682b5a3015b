import { ChoiceField, NumberField, SwitchField, TextField } from '../../parts/fields.tsx';
import { LookupField } from '../../parts/lookup-field.tsx';
import type { Draft } from '../../parts/use-draft.ts';
import type { SettingDefinition } from '../../text/settings/setting-definition.ts';
import { settingsText as text } from '../../text/settings.ts';

/** Under which name a setting stands in the draft. */
export const keyOf = (setting: SettingDefinition): string => setting.column ?? setting.name ?? '';

/** One setting: what it does, what is usual here and in the original, and whether it was changed. */
export function SettingField({ setting, draft }: { readonly setting: SettingDefinition; readonly draft: Draft }) {
  const name = keyOf(setting);
  const value = draft.read(name);
  const isUsual =
    setting.kind === 'long' ||
    setting.kind === 'profile' ||
    value === null ||
    value === undefined ||
    value === setting.usualValue;
  const hint = [
    setting.hint,
    text.usual(setting.usual),
    setting.original === undefined ? '' : text.original(setting.original),
    isUsual ? '' : `${text.changed}.`,
  ]
    .filter((part) => part !== '')
    .join(' ');
  const props = { draft, name, label: setting.label, hint };
  if (setting.kind === 'yes') return <SwitchField {...props} />;
  if (setting.kind === 'number') return <NumberField {...props} />;
  if (setting.kind === 'choice') return <ChoiceField {...props} options={setting.options ?? {}} />;
  if (setting.kind === 'profile')
    return (
      <LookupField
        draft={draft}
        column={name}
        navigation={name}
        table="emailserverprofile"
        nameColumn="name"
        filter="statecode eq 0"
        label={setting.label}
        hint={hint}
      />
    );
  return <TextField {...props} isLong={setting.kind === 'long'} />;
}
