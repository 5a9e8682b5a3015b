import { isMailAddress } from '../base/mail-address-check.ts';
import { resolveParties } from '../store/resolve-parties.ts';
import { catalog } from '../tables/catalog.ts';
import type { EntityReference } from '../tables/table-definition.ts';
import { refuse } from './refuse.ts';
import type { RuleContext } from './table-rules.ts';
import { lockVisible } from './visible-row.ts';

/** Resolves every unresolved party of an address to a record, in mail of long ago too (AD-14); returns how many there were. Throws 80044192 for what is no address, 80040203 for a record that cannot be a party. */
export async function resolveAddress(context: RuleContext, address: string, record: EntityReference): Promise<number> {
  if (!isMailAddress(address))
    refuse('80044192', `"${address.slice(0, 100)}" is not an email address. Give one such as name@example.com.`);
  const targets: readonly string[] = catalog.activityparty.columns.partyid.targets;
  if (!targets.includes(record.table) || !Object.hasOwn(catalog, record.table))
    refuse('80040203', `A ${record.table} cannot be a party. Choose an account, contact, lead, queue or user.`);
  await lockVisible(context, record.table as 'contact', record.id);
  return resolveParties(context.scope, address, record);
}
