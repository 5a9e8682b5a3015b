import type { ApiRow } from '../../api/api-row.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { webhooksText as text } from '../../text/webhooks.ts';

/** Whether a webhook is told of events; red when the service itself switched it off. */
export function WebhookState({ row }: { readonly row: ApiRow<'mr_webhook'> }) {
  const isActive = row.statecode === 0;
  return (
    <StatusBadge tone={isActive ? 'good' : row.mr_disabledreason ? 'bad' : 'quiet'}>
      {isActive ? text.active : text.inactive}
    </StatusBadge>
  );
}
