import { FilterOption } from '../tables/choices.ts';
import { refuse } from './refuse.ts';
import type { RuleContext } from './table-rules.ts';

/** The option "No messages" is offered only where the organisation offers it (IN-10, ST-32). Throws 80040203; a choice made before stays. */
export function checkFilterOption(
  context: RuleContext,
  before: number | null | undefined,
  chosen: number | null | undefined,
): void {
  if (chosen !== FilterOption.none || before === FilterOption.none) return;
  if (context.settings.switches.DoNotAutoTrackEmail) return;
  refuse(
    '80040203',
    'This organisation does not offer to track no messages (incomingemailfilteringmethod 4). Choose a number from 0 to 3, or have an administrator switch DoNotAutoTrackEmail on in orgdborgsettings.',
  );
}
