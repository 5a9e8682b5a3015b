import type { RecordOf } from '../tables/catalog.ts';
import { hasWideRight } from './access-rules.ts';
import { refuse } from './refuse.ts';
import type { RuleContext } from './table-rules.ts';

/** Columns that a user who may write no more than the own mailbox may write there: credentials and Test & Enable (MB-14, TE-11). */
const ownColumns: ReadonlySet<string> = new Set([
  'username',
  'password',
  'allowemailconnectortousecredentials',
  'oauthaccesstoken',
  'oauthrefreshtoken',
  'testemailconfigurationscheduled',
]);

/** Throws unless the caller may change these columns of a mailbox: 8005E208 for the address, 80040220 for the rest (MB-14, AP-03). */
export async function checkMayEditMailbox(
  context: RuleContext,
  id: string,
  before: RecordOf<'mailbox'>,
  values: RecordOf<'mailbox'>,
): Promise<void> {
  const blocked = Object.keys(values).find((column) => !ownColumns.has(column));
  if (blocked === undefined || (await hasWideRight(context, 'write', 'mailbox', id))) return;
  const name = `mailbox "${before.name ?? ''}"`;
  if (blocked === 'emailaddress') {
    refuse('8005E208', `You may not change the address of ${name}. Ask an administrator to change it.`);
  }
  refuse(
    '80040220',
    `You may not change ${blocked} of ${name}; on your own mailbox you may enter credentials and run Test & Enable. Ask an administrator.`,
  );
}
