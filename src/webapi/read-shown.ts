import { annotationNames, readLookupNames, type Shown } from './annotations.ts';
import type { ApiProperty } from './api-model.ts';
import type { ApiContext } from './api-request.ts';
import { defaultFormats } from './format-value.ts';
import type { Row } from './rows.ts';

const nothing: Shown = { nameOf: () => undefined, formats: defaultFormats };

/** Reads what the formatted values of rows need; nothing for a caller who did not ask for them. */
export async function readShown(
  context: ApiContext,
  rows: readonly Row[],
  properties: readonly ApiProperty[],
): Promise<Shown> {
  if (!context.prefer.annotates(annotationNames.formattedValue)) return nothing;
  const nameOf = await readLookupNames(context.model, context.records, rows, properties);
  return { nameOf, formats: await context.formats() };
}
