import { createHash } from 'node:crypto';
import type { JsonObject } from '../entity-json.ts';

/** A description that is no row of a table: its JSON, its type, and what it leads to, made when asked for. */
export interface JsonEntity {
  /** Type name without namespace. */
  readonly type: string;
  readonly json: JsonObject;
  readonly navigation: Readonly<Record<string, () => JsonEntity | readonly JsonEntity[] | null>>;
}

/** The id of a description: the same for the same name, everywhere and always (RFC 9562 5.8: made of a SHA-256). */
export function metadataId(...names: readonly string[]): string {
  const digest = createHash('sha256').update(names.join('\n')).digest();
  digest.writeUInt8(0x80 | (digest.readUInt8(6) & 0x0f), 6);
  digest.writeUInt8(0x80 | (digest.readUInt8(8) & 0x3f), 8);
  const hex = digest.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** A text in the one language there is. */
export function label(text: string | undefined): JsonObject {
  if (text === undefined) return { LocalizedLabels: [], UserLocalizedLabel: null };
  const one = { Label: text, LanguageCode: 1033, IsManaged: true, MetadataId: metadataId('label', text) };
  return { LocalizedLabels: [one], UserLocalizedLabel: one };
}

/** `EmailAddress1` as people read it: "Email Address 1". */
export function readableName(schemaName: string): string {
  return schemaName
    .replace(/^mr_/i, '')
    .replaceAll('_', ' ')
    .replace(/([a-z])([A-Z0-9])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replace(/^./, (first) => first.toUpperCase());
}

/** A setting that customizers of the original may change, and nobody here. */
export function managed(value: unknown, name: string): JsonObject {
  return { Value: value, CanBeChanged: false, ManagedPropertyLogicalName: name };
}
