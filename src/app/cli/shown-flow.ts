import type { RecordOf } from '../../tables/catalog.ts';
import { choiceLabel } from './labels.ts';

/** How mail of a mailbox goes in one direction: off, or its state and whether Test & Enable let it run. */
export function shownFlow(row: RecordOf<'mailbox'>, direction: 'incoming' | 'outgoing'): string {
  const method = direction === 'incoming' ? row.incomingemaildeliverymethod : row.outgoingemaildeliverymethod;
  if (method !== 2) return 'off';
  const enabled = direction === 'incoming' ? row.enabledforincomingemail : row.enabledforoutgoingemail;
  const status = direction === 'incoming' ? row.incomingemailstatus : row.outgoingemailstatus;
  const label = choiceLabel('mailbox', 'incomingemailstatus', status);
  return enabled ? label : `${label} (not enabled)`;
}
