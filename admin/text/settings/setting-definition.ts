import type { SelectName } from '../../api/api-row.ts';

/** A column of the organisation; the lookup of the default profile by its column. */
export type OrganizationColumn = SelectName<'organization'> | 'defaultemailserverprofileid';

/** A setting of the organisation: a column, or a switch in the XML of `orgdborgsettings`. */
export interface SettingDefinition {
  readonly id: `ST-${number}` | 'own';
  readonly kind: 'yes' | 'number' | 'text' | 'long' | 'choice' | 'profile';
  readonly column?: OrganizationColumn;
  readonly name?: string;
  /** What holds until somebody says otherwise. */
  readonly usual: string;
  readonly usualValue: boolean | number | string;
  /** What the original begins with, where that is something else. */
  readonly original?: string;
  readonly label: string;
  readonly hint: string;
  readonly options?: Readonly<Record<number, string>>;
}

interface More {
  readonly usualValue?: number | string;
  readonly kind?: SettingDefinition['kind'];
  readonly options?: Readonly<Record<number, string>>;
  readonly original?: string;
}

export const on = 'on';
export const off = 'off';

/** A setting kept in a column of the organisation. */
export function column(
  id: SettingDefinition['id'],
  name: OrganizationColumn,
  usual: string,
  label: string,
  hint: string,
  more: More = {},
): SettingDefinition {
  const kind = more.kind ?? (usual === on || usual === off ? 'yes' : 'number');
  const usualValue =
    more.usualValue ?? (kind === 'yes' ? usual === on : kind === 'number' || kind === 'choice' ? Number(usual) : '');
  const { options, original } = more;
  return {
    id,
    kind,
    column: name,
    usual: options?.[Number(usual)] ?? usual,
    usualValue,
    label,
    hint,
    ...(options ? { options } : {}),
    ...(original ? { original } : {}),
  };
}

/** A setting kept in the XML of switches. */
export function flag(
  id: SettingDefinition['id'],
  name: string,
  usual: string,
  label: string,
  hint: string,
  original?: string,
): SettingDefinition {
  const kind = usual === on || usual === off ? 'yes' : 'number';
  const usualValue = kind === 'yes' ? usual === on : Number(usual);
  return { id, kind, name, usual, usualValue, label, hint, ...(original ? { original } : {}) };
}

/** Settings that belong together. */
export interface SettingGroup {
  readonly title: string;
  readonly lead: string;
  readonly settings: readonly SettingDefinition[];
}
