import { Button, Field, Input, MessageBar, MessageBarBody, makeStyles, Select, Text } from '@fluentui/react-components';
import { useState } from 'react';
import { SecurityChoice, ServerType } from '../../../src/tables/choices.ts';
import { useApi } from '../../api/api-context.tsx';
import { quote } from '../../api/odata.ts';
import { useRows } from '../../api/use-rows.ts';
import { useWrites } from '../../api/use-writes.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { AppLink } from '../../parts/app-link.tsx';
import { SaveBar } from '../../parts/save-bar.tsx';
import { Section } from '../../parts/section.tsx';
import { type Draft, useDraft } from '../../parts/use-draft.ts';
import { firstStartText } from '../../text/first-start.ts';
import { ProfileFields } from '../profiles/profile-fields.tsx';
import { kindOf } from '../profiles/profile-kinds.ts';
import { useDefaultProfile } from '../profiles/use-default-profile.ts';

const text = firstStartText.server;
const useStyles = makeStyles({ row: { display: 'flex', flexWrap: 'wrap', gap: '8px', alignItems: 'flex-end' } });
const usual = { servertype: ServerType.imapSmtp, ...kindOf(ServerType.imapSmtp).defaults };

interface StepProps {
  readonly profileId: string;
  readonly onProfile: (id: string) => void;
}

/** The server of the first mailboxes: one that is set up already, or a new one, found by an address where that can be. */
export function ServerStep({ profileId, onProfile }: StepProps) {
  const styles = useStyles();
  const profiles = useRows({
    table: 'emailserverprofile',
    select: ['emailserverprofileid', 'name'],
    filter: 'statecode eq 0',
    orderBy: 'name',
    top: 200,
  });
  const known = profiles.data?.value ?? [];
  const chosen = known.find((row) => row.emailserverprofileid === profileId);
  if (chosen !== undefined)
    return (
      <Section title={text.title}>
        <Text>
          {text.chosen} <AppLink to={`/profiles/${profileId}`}>{chosen.name ?? ''}</AppLink>
        </Text>
        <div>
          <Button onClick={() => onProfile('')}>{text.other}</Button>
        </div>
      </Section>
    );
  return (
    <>
      {known.length > 0 && (
        <div className={styles.row}>
          <Field label={text.use}>
            <Select value="" onChange={(_event, { value }) => onProfile(value)}>
              <option value="" />
              {known.map((row) => (
                <option key={row.emailserverprofileid} value={row.emailserverprofileid ?? ''}>
                  {row.name}
                </option>
              ))}
            </Select>
          </Field>
        </div>
      )}
      <NewServer onProfile={onProfile} />
    </>
  );
}

function NewServer({ onProfile }: Pick<StepProps, 'onProfile'>) {
  const writes = useWrites();
  const draft = useDraft(usual);
  const standard = useDefaultProfile();
  const save = async (changes: Readonly<Record<string, unknown>>): Promise<void> => {
    const id = await writes.create('emailserverprofile', { ...usual, ...changes });
    await standard.makeDefault(id);
    onProfile(id);
  };
  return (
    <>
      <FindSettings draft={draft} />
      <ProfileFields draft={draft} isNew />
      <SaveBar draft={draft} onSave={save} label={text.save} />
    </>
  );
}

interface ServerSettings {
  readonly kind: string;
  readonly host: string;
  readonly port: number;
  readonly security: string;
}

interface Found {
  readonly Settings: readonly {
    readonly source: string;
    readonly incoming: ServerSettings | null;
    readonly outgoing: ServerSettings | null;
  }[];
}

/** Asks the domain of an address for its servers and fills the form in. */
function FindSettings({ draft }: { readonly draft: Draft }) {
  const styles = useStyles();
  const { client } = useApi();
  const [address, setAddress] = useState('');
  const [said, setSaid] = useState<string>();
  const find = async (): Promise<void> => {
    setSaid(undefined);
    const path = `mr_FindMailSettings(Address=@a)?@a=${encodeURIComponent(quote(address.trim()))}`;
    const { Settings } = await client.request<Found>(path);
    const best = Settings.find(({ incoming, outgoing }) => incoming && outgoing);
    if (!best) return setSaid(text.notFound);
    fill(draft, best.incoming, best.outgoing);
    if (!draft.read('name')) draft.set('name', address.split('@')[1] ?? '');
    setSaid(text.found(best.source));
  };
  return (
    <Section title={text.title} lead={text.lead}>
      <div className={styles.row}>
        <Field label={text.address}>
          <Input type="email" value={address} onChange={(_event, { value }) => setAddress(value)} />
        </Field>
        <ActionButton label={text.find} onAction={find} isDisabled={!address.includes('@')} />
      </div>
      {said && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>{said}</MessageBarBody>
        </MessageBar>
      )}
    </Section>
  );
}

function fill(draft: Draft, incoming: ServerSettings | null, outgoing: ServerSettings | null): void {
  if (incoming) draft.set('servertype', incoming.kind === 'pop3' ? ServerType.pop3Smtp : ServerType.imapSmtp);
  for (const [side, found] of [
    ['incoming', incoming],
    ['outgoing', outgoing],
  ] as const) {
    if (!found) continue;
    draft.set(`${side}serverlocation`, found.host);
    draft.set(`${side}portnumber`, found.port);
    draft.set(`mr_${side}security`, found.security === 'starttls' ? SecurityChoice.starttls : SecurityChoice.tls);
  }
}
