import type { ApiRow } from '../../api/api-row.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { usersText as text } from '../../text/users.ts';

/** Whether a user may sign in, and whether it is a program. */
export function UserState({ row }: { readonly row: ApiRow<'systemuser'> }) {
  const isDisabled = row.isdisabled === true;
  return (
    <>
      <StatusBadge tone={isDisabled ? 'quiet' : 'good'}>
        {isDisabled ? text.states.disabled : text.states.enabled}
      </StatusBadge>{' '}
      {row.applicationid && <StatusBadge tone="busy">{text.program}</StatusBadge>}
    </>
  );
}
