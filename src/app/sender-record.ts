import type { IncomingMail } from '../pipelines/incoming/incoming-mail.ts';
import { lookUpAddresses } from '../pipelines/parties.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import type { RuleContext } from '../rules/table-rules.ts';
import { PromoteOption } from '../tables/choices.ts';

/**
 * Makes the contact or lead of a sender that nobody here knows, when the user tracks a message by hand and the organisation and the
 * user want that (AD-16, ST-30, PO-04); the caller owns it.
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
  const words = name.trim().split(/\s+/).filter(Boolean);
  const lastname = (words.pop() ?? address.split('@')[0] ?? address).slice(0, 50);
  const person = {
    firstname: words.join(' ').slice(0, 50) || null,
    lastname,
    emailaddress1: address.slice(0, 100),
    ownerid: { table: 'systemuser', id: systemuserid },
  };
  if (option === PromoteOption.contact) {
    await store.create('contact', person);
    return;
  }
  const subject = mail.message.subject.slice(0, 300);
  const description = `Made when the email "${subject}" of ${address} was tracked by hand.`;
  await store.create('lead', { ...person, subject, description });
}
