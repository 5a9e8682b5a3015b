import type { SecretBox } from '../base/secret-box.ts';
import type { ColumnLayout, TableLayout } from './table-layout.ts';

/** True for write-only texts (passwords, client secrets, OAuth tokens): they are stored sealed (EP-22). */
export function isSealed(column: ColumnLayout): boolean {
  return column.definition.type === 'String' && column.definition.access === 'CU';
}

/** The place a sealed value is bound to; give it to SecretBox.open with what `retrieve` returned. */
export function secretPlace(table: string, id: string, column: string): string {
  return `${table}/${id}/${column}`;
}

/** The values with secrets sealed for row `id`; an empty secret is stored as none. */
export function sealSecrets(
  layout: TableLayout,
  id: string,
  values: Record<string, unknown>,
  box: SecretBox,
): Record<string, unknown> {
  let sealed = values;
  for (const column of layout.columns.values()) {
    const value = values[column.name];
    if (!isSealed(column) || typeof value !== 'string') continue;
    if (sealed === values) sealed = { ...values };
    sealed[column.name] = value === '' ? null : box.seal(value, secretPlace(layout.name, id, column.name));
  }
  return sealed;
}
