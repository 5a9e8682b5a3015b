import type { SecretBox } from '../base/secret-box.ts';
import { type ColumnLayout, isSecret, type TableLayout } from './table-layout.ts';

/** True for write-only texts (passwords, client secrets, OAuth tokens): they are stored sealed (EP-22). */
export function isSealed(column: ColumnLayout): boolean {
  return isSecret(column.definition);
}

/** The place a sealed value is bound to; give it to SecretBox.open with what `retrieve` returned. */
export function secretPlace(table: string, id: string, column: string): string {
  return `${table}/${id}/${column}`;
}

/** Seals the secrets among the values of row `id`, in place; an empty secret is stored as none. */
export function sealSecrets(
  layout: TableLayout,
  id: string,
  values: Map<string, unknown>,
  box: SecretBox,
): Map<string, unknown> {
  for (const name of layout.sealed) {
    const value = values.get(name);
    if (typeof value !== 'string') continue;
    values.set(name, value === '' ? null : box.seal(value, secretPlace(layout.name, id, name)));
  }
  return values;
}
