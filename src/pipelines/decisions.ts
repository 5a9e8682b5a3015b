import { cutText } from '../formats/cut-text.ts';
import type { StoreScope } from '../store/database.ts';
import type { RecordOf } from '../tables/catalog.ts';
import type { EntityReference } from '../tables/table-definition.ts';

/** Why a message was or was not taken (MO-08). */
export interface MailDecision {
  /** Undefined for a message that came without a mailbox. */
  readonly mailboxid: string | undefined;
  readonly serverId: string;
  /** Null for a message that could not be read; such decisions are not told apart. */
  readonly identity: string | null;
  readonly messageId: string;
  readonly subject: string;
  /** Normalised address; empty when there is none. */
  readonly sender: string;
  readonly receivedOn: Date | undefined;
  readonly sizeBytes: number;
  /** MailVerdict. */
  readonly verdict: number;
  readonly code: string;
  /** A sentence that names whose filter decided. */
  readonly reason: string;
  readonly acceptedBy?: EntityReference | undefined;
  readonly emailId?: string | undefined;
  /** CorrelationMethod. */
  readonly correlationMethod?: number | undefined;
  /** Anything that explains the verdict further; kept as JSON. */
  readonly evidence?: Readonly<Record<string, unknown>> | undefined;
  readonly isAutomatic: boolean;
}

/** Writes decisions, one a message and mailbox; `replace` puts the new one in the place of an earlier one, otherwise the earlier stands (IN-20). */
export async function writeDecisions(
  scope: StoreScope,
  decisions: readonly MailDecision[],
  replace: boolean,
): Promise<void> {
  if (decisions.length === 0) return;
  const rows = decisions.map(decisionRow);
  const made = await scope.records.createMany('mr_maildecision', rows, { onConflict: 'skip' });
  if (!replace) return;
  for (const [index, row] of rows.entries()) {
    if (made[index] || !row.mr_identity || !row.mr_mailboxid) continue;
    const { mr_identity: identity, mr_mailboxid: mailbox, ...changing } = row;
    await scope.records.updateWhere(
      'mr_maildecision',
      {
        and: [
          { column: 'mr_mailboxid', operator: 'eq', value: mailbox.id },
          { column: 'mr_identity', operator: 'eq', value: identity },
        ],
      },
      changing,
    );
  }
}

/** Takes a decision back that another one of the same message, under its real identity, has replaced. */
export async function forgetDecision(scope: StoreScope, mailboxid: string, identity: string): Promise<void> {
  const page = await scope.records.retrieveMultiple({
    table: 'mr_maildecision',
    columns: ['mr_maildecisionid'],
    filter: {
      and: [
        { column: 'mr_mailboxid', operator: 'eq', value: mailboxid },
        { column: 'mr_identity', operator: 'eq', value: identity },
      ],
    },
  });
  for (const row of page.rows) await scope.records.delete('mr_maildecision', row.mr_maildecisionid ?? '');
}

function decisionRow(decision: MailDecision): RecordOf<'mr_maildecision'> {
  return {
    mr_mailboxid: decision.mailboxid === undefined ? null : { table: 'mailbox', id: decision.mailboxid },
    mr_serverid: cutText(decision.serverId, 1024),
    mr_identity: decision.identity,
    mr_messageid: cutText(decision.messageId, 320),
    mr_subject: cutText(decision.subject, 800),
    mr_sender: cutText(decision.sender, 320),
    mr_receivedon: decision.receivedOn ?? null,
    mr_sizebytes: decision.sizeBytes,
    mr_verdict: decision.verdict,
    mr_reasoncode: cutText(decision.code, 100),
    mr_reason: cutText(decision.reason, 4000),
    mr_acceptingentityid: decision.acceptedBy ?? null,
    mr_emailid: decision.emailId === undefined ? null : { table: 'email', id: decision.emailId },
    mr_correlationmethod: decision.correlationMethod ?? null,
    mr_evidence: decision.evidence === undefined ? null : cutText(JSON.stringify(decision.evidence), 32768),
    mr_isautomatic: decision.isAutomatic,
  };
}
