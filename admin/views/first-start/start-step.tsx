import { Field, Select } from '@fluentui/react-components';
import { useState } from 'react';
import { mailboxSelect } from '../../api/mailbox-row.ts';
import { useRows } from '../../api/use-rows.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { Section } from '../../parts/section.tsx';
import { firstStartText } from '../../text/first-start.ts';
import { EarlierMail } from '../mailboxes/earlier-mail.tsx';

const text = firstStartText.start;

/** Counts what a start date would take in, mailbox by mailbox. */
export function StartStep({ profileId }: { readonly profileId: string }) {
  const [chosen, setChosen] = useState<string>();
  const mailboxes = useRows({
    table: 'mailbox',
    select: mailboxSelect,
    filter: `_emailserverprofile_value eq ${profileId} and enabledforincomingemail eq true`,
    orderBy: 'name',
    top: 100,
    isEnabled: profileId !== '',
  });
  const rows = mailboxes.data?.value ?? [];
  const mailbox = rows.find((row) => row.mailboxid === chosen) ?? rows[0];
  return (
    <>
      <Section title={text.title} lead={text.lead}>
        <Field label={text.mailbox}>
          <Select value={mailbox?.mailboxid ?? ''} onChange={(_event, { value }) => setChosen(value)}>
            {rows.map((row) => (
              <option key={row.mailboxid} value={row.mailboxid ?? ''}>
                {row.name}
              </option>
            ))}
          </Select>
        </Field>
      </Section>
      {mailbox && <EarlierMail key={mailbox.mailboxid} mailbox={mailbox} id={mailbox.mailboxid ?? ''} />}
      <div>
        <AppLink to="/">{text.finished}</AppLink>
      </div>
    </>
  );
}
