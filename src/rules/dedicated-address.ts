import type { RecordOf } from '../tables/catalog.ts';
import { refuse } from './refuse.ts';
import type { RuleContext } from './table-rules.ts';

/** FW-07: the address of a forward mailbox is its own; mail to a user or queue would not be told from mail forwarded. Throws `mr_InUse`. */
export async function checkDedicatedAddress(
  context: RuleContext,
  mailbox: Pick<RecordOf<'mailbox'>, 'regardingobjectid' | 'emailaddress' | 'name'>,
): Promise<void> {
  const { regardingobjectid: owner, emailaddress, name } = mailbox;
  if (owner != null || !emailaddress) return;
  const { rows } = await context.records.retrieveMultiple({
    table: 'mailbox',
    columns: ['name'],
    filter: {
      and: [
        { column: 'emailaddress', operator: 'eq', value: emailaddress },
        { column: 'regardingobjectid', operator: 'notNull' },
      ],
    },
    limit: 1,
  });
  const other = rows[0];
  if (other === undefined) return;
  refuse(
    'mr_InUse',
    `Forward mailbox "${name ?? ''}" needs an address of its own: ${emailaddress} belongs to mailbox "${other.name ?? ''}". Enter an address that no user or queue has.`,
  );
}
