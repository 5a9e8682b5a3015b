import type { ApiTable } from './api-model.ts';
import type { ApiContext, ApiRequest, ApiResponse } from './api-request.ts';
import { HttpError } from './http-error.ts';
import type { ReadPlan } from './read-plan.ts';

/** 200 with JSON. */
export function ok(body: unknown, headers: Readonly<Record<string, string>> = {}): ApiResponse {
  return { status: 200, headers, body };
}

/** 204 without body. */
export function noContent(headers: Readonly<Record<string, string>> = {}): ApiResponse {
  return { status: 204, headers };
}

/** The URL of a record. */
export function entityUrl(context: ApiContext, table: ApiTable, id: string): string {
  return `${context.serviceRoot}${table.definition.entitySetName}(${id})`;
}

/** The context URL of what a plan reads (OData 4.01 protocol 10). */
export function contextUrl(context: ApiContext, plan: ReadPlan, single: boolean): string {
  const parts = shownNames(plan);
  const list = parts.length === 0 ? '' : `(${parts.join(',')})`;
  return `${context.serviceRoot}$metadata#${plan.table.definition.entitySetName}${list}${single ? '/$entity' : ''}`;
}

/** What is selected and, each with its own in parentheses, what is expanded. */
function shownNames({ table, options, expands }: ReadPlan): readonly string[] {
  return [
    ...(options.select ?? []).filter((name) => name !== '*').map((name) => table.properties.get(name)?.name ?? name),
    ...expands.map(({ name, plan }) => `${name}(${shownNames(plan).join(',')})`),
  ];
}

/** Throws 405 unless the method is one of those that make sense here. */
export function requireMethod(request: ApiRequest, ...methods: readonly string[]): void {
  if (methods.includes(request.method)) return;
  throw new HttpError(
    405,
    '80060888',
    `${request.method} is not possible here; ${methods.join(', ')} ${methods.length > 1 ? 'are' : 'is'}.`,
  );
}
