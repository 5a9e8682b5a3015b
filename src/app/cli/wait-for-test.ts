import { systemClock } from '../../base/clock.ts';
import { MailroomError } from '../../base/errors.ts';
import { createMailboxLeases } from '../../store/sql-mailbox-leases.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import type { DatabaseContext } from './command-context.ts';
import { choiceLabel } from './labels.ts';
import { printRecord } from './output.ts';
import { startProgress } from './progress.ts';

/** Asks for Test & Enable and waits until a worker has done it (TE-02). Throws `mr_TestTimeout` when none does, `mr_TestFailed` when a direction fails. */
export async function waitForTest(
  context: DatabaseContext,
  mailbox: RecordOf<'mailbox'>,
  timeoutMs: number,
): Promise<void> {
  const id = mailbox.mailboxid ?? '';
  const { records } = context.database;
  await records.update('mailbox', id, {
    testemailconfigurationscheduled: true,
    testemailconfigurationretrycount: 0,
    postponetestemailconfigurationuntil: null,
  });
  const now = systemClock.now();
  await createMailboxLeases(context.database).schedule(id, 'test', now);
  const deadline = now.getTime() + timeoutMs;
  const progress = startProgress(`Testing ${mailbox.name}`, Math.round(timeoutMs / 1000), 's');
  try {
    for (;;) {
      const row = await records.retrieve('mailbox', id);
      if (row && row.testemailconfigurationscheduled !== true) {
        progress.end();
        report(context, row);
        return;
      }
      const waitedMs = systemClock.now().getTime() - now.getTime();
      if (now.getTime() + waitedMs > deadline) throw nobodyTested(mailbox, timeoutMs);
      progress.update(Math.round(waitedMs / 1000), 'waiting for the service');
      await systemClock.sleep(500);
    }
  } finally {
    progress.end();
  }
}

function nobodyTested(mailbox: RecordOf<'mailbox'>, timeoutMs: number): MailroomError {
  return new MailroomError(
    `Nobody tested mailbox "${mailbox.name}" within ${timeoutMs / 1000} s. Is the service running ("mailroom start")? The test stays scheduled.`,
    { code: 'mr_TestTimeout', kind: 'transient' },
  );
}

function report(context: DatabaseContext, row: RecordOf<'mailbox'>): void {
  printRecord(context.output, {
    mailbox: row.name,
    incoming: choiceLabel('mailbox', 'incomingemailstatus', row.incomingemailstatus),
    outgoing: choiceLabel('mailbox', 'outgoingemailstatus', row.outgoingemailstatus),
    steps: row.mr_testresult,
  });
  if (row.incomingemailstatus === 2 || row.outgoingemailstatus === 2) {
    throw new MailroomError(`The test of mailbox "${row.name}" failed; see the steps above.`, {
      code: 'mr_TestFailed',
      kind: 'configuration',
    });
  }
}
