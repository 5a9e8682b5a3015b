import type { IncomingMail } from '../pipelines/incoming/incoming-mail.ts';
import { lookUpAddresses } from '../pipelines/parties.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import type { RuleContext } from '../rules/table-rules.ts';
import { PromoteOption } from '../tables/choices.ts';
import { makePerson, resolveOneAddress } from './address-resolution.ts';

/**
 * Makes the contact or lead of a sender that nobody here knows, when the user tracks a message by hand and the organisation and the
 * user want that (AD-16, ST-30, PO-04); the caller owns it. With ST-14 earlier mail of the address is resolved as well.
 */
export async function makeSenderRecord(store: RuledStore, rules: RuleContext, mail: IncomingMail): Promise<void> {
  const { systemuserid } = rules.caller;
  if (mail.sender === undefined || !rules.settings.switches.AutoCreateContactOnPromote) return;
  const options = await rules.records.retrieve('usersettings', systemuserid, ['autocreatecontactonpromote']);
  const option = options?.autocreatecontactonpromote ?? PromoteOption.nothing;
  if (option === PromoteOption.nothing) return;
  const book = await lookUpAddresses(rules.scope, [mail.senderAddress]);
  if ((book.get(mail.senderAddress) ?? []).length > 0) return;
  const { name, address } = mail.sender;
  const table = option === PromoteOption.contact ? 'contact' : 'lead';
  const create = { table, name, topic: mail.message.subject } as const;
  if (rules.settings.resolveSimilar) {
    await resolveOneAddress(store, { address, target: undefined, create, keepsAddress: true });
  } else await makePerson(store, address, create, true);
}
