import type { SelectName } from '../../api/api-row.ts';

/** A setting of the organisation: a column, or a switch in the XML of `orgdborgsettings`. */
export interface SettingDefinition {
  readonly id: `ST-${number}` | 'own';
  readonly kind: 'yes' | 'number' | 'text' | 'long' | 'choice';
  readonly column?: SelectName<'organization'>;
  readonly name?: string;
  /** What holds until somebody says otherwise. */
  readonly usual: string;
  readonly usualValue: boolean | number | string;
  readonly label: string;
  readonly hint: string;
  readonly options?: Readonly<Record<number, string>>;
}

interface More {
  readonly usualValue?: number | string;
  readonly kind?: SettingDefinition['kind'];
  readonly options?: Readonly<Record<number, string>>;
}

export const on = 'on';
export const off = 'off';

/** A setting kept in a column of the organisation. */
export function column(
  id: SettingDefinition['id'],
  name: SelectName<'organization'>,
  usual: string,
  label: string,
  hint: string,
  more: More = {},
): SettingDefinition {
  const kind = more.kind ?? (usual === on || usual === off ? 'yes' : 'number');
  const usualValue = more.usualValue ?? (kind === 'yes' ? usual === on : kind === 'number' ? Number(usual) : '');
  return { id, kind, column: name, usual, usualValue, label, hint, ...(more.options ? { options: more.options } : {}) };
}

/** A setting kept in the XML of switches. */
export function flag(
  id: SettingDefinition['id'],
  name: string,
  usual: string,
  label: string,
  hint: string,
): SettingDefinition {
  const kind = usual === on || usual === off ? 'yes' : 'number';
  return { id, kind, name, usual, usualValue: kind === 'yes' ? usual === on : Number(usual), label, hint };
}

/** Settings that belong together. */
export interface SettingGroup {
  readonly title: string;
  readonly lead: string;
  readonly settings: readonly SettingDefinition[];
}
