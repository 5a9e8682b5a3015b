import { Button } from '@fluentui/react-components';
import { useState } from 'react';
import { DeliveryMethod, FilterOption } from '../../../src/tables/choices.ts';
import { useApi } from '../../api/api-context.tsx';
import type { ApiRow } from '../../api/api-row.ts';
import type { Page } from '../../api/client.ts';
import { quote } from '../../api/odata.ts';
import { reference, useWrites, type Writes } from '../../api/use-writes.ts';
import { ChoiceField, FieldGrid, SecretField, TextField } from '../../parts/fields.tsx';
import { RecordList } from '../../parts/record-list.tsx';
import { SaveBar } from '../../parts/save-bar.tsx';
import { Section } from '../../parts/section.tsx';
import { useDraft } from '../../parts/use-draft.ts';
import { firstStartText } from '../../text/first-start.ts';
import { mailboxColumns, mailboxSelect } from '../mailboxes/mailbox-columns.tsx';

const text = firstStartText.mailboxes;
const usual = { filter: FilterOption.fromPeople };

type Kind = keyof typeof text.kinds;

/** Makes users and queues with the mailboxes they bring, and gives these the server and their credentials. */
export function MailboxesStep({ profileId }: { readonly profileId: string }) {
  const { client } = useApi();
  const writes = useWrites();
  const draft = useDraft(usual);
  const [kind, setKind] = useState<Kind>('user');
  if (profileId === '') return <Section title={text.title} lead={text.needServer} />;
  const add = async (): Promise<void> => {
    const address = textOf(draft.read('address'));
    const owner = await makeOwner(writes, kind, draft.read);
    const found = await client.request<Page<ApiRow<'mailbox'>>>(
      `mailboxes?$select=mailboxid&$filter=${encodeURIComponent(`_regardingobjectid_value eq ${owner} and emailaddress eq ${quote(address)}`)}`,
    );
    await writes.update('mailbox', found.value[0]?.mailboxid ?? '', {
      'emailserverprofile@odata.bind': reference('emailserverprofile', profileId),
      incomingemaildeliverymethod: DeliveryMethod.serverSide,
      outgoingemaildeliverymethod: DeliveryMethod.serverSide,
      allowemailconnectortousecredentials: true,
      username: textOf(draft.read('username')) || address,
      password: draft.read('password'),
    });
  };
  return (
    <>
      <Section title={text.title} lead={text.lead}>
        <div role="radiogroup" aria-label={text.kind} style={{ display: 'flex', gap: '8px' }}>
          {(Object.keys(text.kinds) as Kind[]).map((one) => (
            <Button
              key={one}
              role="radio"
              aria-checked={kind === one}
              appearance={kind === one ? 'primary' : 'secondary'}
              onClick={() => setKind(one)}
            >
              {text.kinds[one]}
            </Button>
          ))}
        </div>
        <FieldGrid>
          {kind === 'user' ? (
            <>
              <TextField draft={draft} name="firstname" label={text.firstName} />
              <TextField draft={draft} name="lastname" label={text.lastName} isRequired />
            </>
          ) : (
            <TextField draft={draft} name="queuename" label={text.queueName} isRequired />
          )}
          <TextField draft={draft} name="address" label={text.address} isRequired />
          <TextField draft={draft} name="username" label={text.userName} hint={text.userNameHint} />
          <SecretField draft={draft} name="password" label={text.password} isSet={false} />
          <ChoiceField draft={draft} name="filter" label={text.filter} options={text.filters} hint={text.filterHint} />
        </FieldGrid>
        <SaveBar draft={draft} onSave={add} label={text.add} />
      </Section>
      <Section title={text.list}>
        <RecordList
          label={text.list}
          table="mailbox"
          where={`_emailserverprofile_value eq ${profileId} and emailaddress ne null`}
          select={mailboxSelect}
          columns={mailboxColumns}
          nameOf={(row) => row.name ?? ''}
          orderBy="name"
          empty={text.none}
        />
      </Section>
    </>
  );
}

async function makeOwner(writes: Writes, kind: Kind, read: (name: string) => unknown): Promise<string> {
  const address = textOf(read('address'));
  const filter = Number(read('filter'));
  if (kind === 'queue')
    return writes.create('queue', {
      name: read('queuename'),
      emailaddress: address,
      incomingemailfilteringmethod: filter,
    });
  const id = await writes.create('systemuser', {
    firstname: read('firstname'),
    lastname: read('lastname'),
    internalemailaddress: address,
    domainname: address,
  });
  await writes.update('usersettings', id, { incomingemailfilteringmethod: filter });
  return id;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');
