import { MailroomError } from '../base/errors.ts';
import type { BoundRecord } from '../webapi/actions.ts';

/** The id of the record a message is bound to. Throws 80060888 when it was called on none, or on one of another table. */
export function boundTo(bound: BoundRecord | undefined, table: string): string {
  if (bound?.table === table) return bound.id;
  throw new MailroomError(
    `This action is bound to a record of ${table}: POST /${table}s(<id>)/Microsoft.Dynamics.CRM.<action>.`,
    { code: '80060888', kind: 'item' },
  );
}
