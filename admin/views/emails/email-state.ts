import { EmailStatus, SendOutcome } from '../../../src/tables/choices.ts';
import type { ApiRow } from '../../api/api-row.ts';
import type { Tone } from '../../parts/status-badge.tsx';
import type { emailsText } from '../../text/emails.ts';

type Named = keyof typeof emailsText.states;

/** The conditions of `$filter` behind the list's choices. */
export const emailConditions: Readonly<Record<Named, string | undefined>> = {
  all: undefined,
  received: `statuscode eq ${EmailStatus.received}`,
  sent: `statuscode eq ${EmailStatus.sent}`,
  draft: `statuscode eq ${EmailStatus.draft}`,
  waiting: `(statuscode eq ${EmailStatus.pendingSend} or statuscode eq ${EmailStatus.sending}) and (mr_sendoutcome eq null or mr_sendoutcome ne ${SendOutcome.uncertain})`,
  failed: `statuscode eq ${EmailStatus.failed}`,
  uncertain: `mr_sendoutcome eq ${SendOutcome.uncertain}`,
  partly: `mr_sendoutcome eq ${SendOutcome.partly}`,
  unlinked: `statuscode eq ${EmailStatus.received} and _regardingobjectid_value eq null and correlatedactivityid eq null`,
};

/** What a person should look at is warm; what waits is calm. */
export function emailTone(row: ApiRow<'email'>): Tone {
  if (row.mr_sendoutcome === SendOutcome.uncertain || row.mr_sendoutcome === SendOutcome.partly) return 'warning';
  if (row.statuscode === EmailStatus.failed) return 'bad';
  if (row.statuscode === EmailStatus.pendingSend || row.statuscode === EmailStatus.sending) return 'busy';
  return row.statuscode === EmailStatus.sent || row.statuscode === EmailStatus.received ? 'good' : 'quiet';
}

/** True when nobody knows whether it was sent. */
export const isUncertain = (row: ApiRow<'email'>): boolean => row.mr_sendoutcome === SendOutcome.uncertain;
