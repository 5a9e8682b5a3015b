import { Text } from '@fluentui/react-components';
import type { Mailbox } from '../../api/mailbox-row.ts';
import { Facts } from '../../parts/facts.tsx';
import { Section } from '../../parts/section.tsx';
import { When } from '../../parts/when.tsx';
import { mailboxText } from '../../text/mailbox.ts';
import { overviewText } from '../../text/overview.ts';
import { partsText } from '../../text/parts.ts';
import { DecisionCounts } from './decision-counts.tsx';

const text = mailboxText.schedule;
const yesNo = (value: boolean | null | undefined): string => (value ? partsText.yes : partsText.no);

/** When the mailbox is worked on, how far behind it is, what held it up. */
export function Schedule({ mailbox, id }: { readonly mailbox: Mailbox; readonly id: string }) {
  const lag = mailbox.mr_incominglagseconds;
  return (
    <>
      <Section title={text.title}>
        <Facts
          facts={[
            [text.enabledIncoming, yesNo(mailbox.enabledforincomingemail)],
            [text.enabledOutgoing, yesNo(mailbox.enabledforoutgoingemail)],
            [text.lastStarted, <When key="s" value={mailbox.processinglastattemptedon} empty={partsText.never} />],
            [text.lastSuccess, <When key="l" value={mailbox.lastsuccessfulsynccompletedon} empty={partsText.never} />],
            [text.lag, lag === null || lag === undefined ? overviewText.now.lagNone : overviewText.seconds(lag)],
            [text.backlog, String(mailbox.mr_incomingbacklog ?? 0)],
            [text.receivingPostponed, <When key="r" value={mailbox.receivingpostponeduntil} empty={partsText.none} />],
            [text.sendingPostponed, <When key="p" value={mailbox.postponesendinguntil} empty={partsText.none} />],
            [text.incomingFailures, String(mailbox.mr_incomingfailurecount ?? 0)],
            [text.outgoingFailures, String(mailbox.mr_outgoingfailurecount ?? 0)],
            [text.turns, (mailbox.processedtimes ?? 0).toLocaleString()],
            [text.average, mailboxText.turns.seconds((mailbox.averagetotalduration ?? 0) / 1000)],
            [text.worker, mailbox.hostid ?? partsText.none],
            [text.forcedUnlocks, String(mailbox.forcedunlockcount ?? 0)],
          ]}
        />
        <Trouble name={text.incomingError} words={mailbox.mr_incominglasterror} />
        <Trouble name={text.outgoingError} words={mailbox.mr_outgoinglasterror} />
      </Section>
      <DecisionCounts mailboxId={id} />
    </>
  );
}

function Trouble({ name, words }: { readonly name: string; readonly words: string | null | undefined }) {
  if (!words) return null;
  return (
    <Text>
      <Text weight="semibold">{name}:</Text> {words}
    </Text>
  );
}
