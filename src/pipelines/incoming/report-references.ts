import type { OrganizationSettings } from '../../store/organization-settings.ts';
import type { IncomingMail } from './incoming-mail.ts';

/**
 * The References of a message, oldest first; a delivery report, a receipt or an automatic reply belongs to the message it speaks of even
 * where its header does not name it (UD-04). Switched off by `mr_LinkDeliveryReports`. Pure.
 */
export function referencesOf(mail: IncomingMail, settings: OrganizationSettings): readonly string[] {
  const { references, inReplyTo } = mail.message;
  const about = mail.automatic?.about ?? '';
  if (about === '' || about === inReplyTo || references.includes(about)) return references;
  return settings.switches.mr_LinkDeliveryReports ? [...references, about] : references;
}
