import { Text } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../../api/api-context.tsx';
import type { ApiRow } from '../../api/api-row.ts';
import { useFunction } from '../../api/use-rows.ts';
import { useWrites } from '../../api/use-writes.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { FieldGrid, SecretField } from '../../parts/fields.tsx';
import { useNotify } from '../../parts/notices.tsx';
import { type PlainColumn, PlainTable } from '../../parts/plain-table.tsx';
import { SaveBar } from '../../parts/save-bar.tsx';
import { Section } from '../../parts/section.tsx';
import { ShownOnce } from '../../parts/shown-once.tsx';
import { useDraft } from '../../parts/use-draft.ts';
import { FullDate, When } from '../../parts/when.tsx';
import { partsText } from '../../text/parts.ts';
import { signInWaysText as ways } from '../../text/sign-in-ways.ts';
import { usersText as text } from '../../text/users.ts';
import { MakeSecret } from './make-secret.tsx';
import { type TokenInfo, TokenTable } from './token-table.tsx';

/** How one user signs in: password, tokens, client secrets. */
export function UserSignIn({ user, id }: { readonly user: ApiRow<'systemuser'>; readonly id: string }) {
  return (
    <>
      <Password user={user} id={id} />
      <Tokens id={id} />
      <Secrets id={id} />
    </>
  );
}

const nothing = {};

function Password({ user, id }: { readonly user: ApiRow<'systemuser'>; readonly id: string }) {
  const { session } = useApi();
  const writes = useWrites();
  const notify = useNotify();
  const draft = useDraft(nothing);
  const isOwn = session.systemuserid === id;
  return (
    <Section title={text.password} lead={text.passwordLead}>
      <FieldGrid>
        {isOwn && (
          <SecretField draft={draft} name="CurrentPassword" label={text.currentPassword} hint="" isSet={false} />
        )}
        <SecretField draft={draft} name="NewPassword" label={text.newPassword} hint="" isSet={false} />
      </FieldGrid>
      <SaveBar
        draft={draft}
        label={text.setPassword}
        onSave={(changes) => writes.act('systemuser', id, 'mr_SetPassword', changes)}
      />
      <div>
        <ConfirmButton
          label={text.removePassword}
          title={text.removePasswordTitle}
          action={text.removePassword}
          names={[user.fullname ?? '']}
          onConfirm={async () => {
            await writes.act('systemuser', id, 'mr_RemovePassword');
            notify(text.passwordRemoved);
          }}
        >
          {text.removePasswordSentence}
        </ConfirmButton>
      </div>
    </Section>
  );
}

function Tokens({ id }: { readonly id: string }) {
  const writes = useWrites();
  const queries = useQueryClient();
  const [made, setMade] = useState<string>();
  const answer = useFunction<{ readonly Tokens: readonly TokenInfo[] }>(
    `systemusers(${id})/Microsoft.Dynamics.CRM.mr_RetrieveTokens()`,
  );
  const make = async (values: object): Promise<void> => {
    const { Token } = await writes.act<{ Token: string }>('systemuser', id, 'mr_CreateToken', values);
    setMade(Token);
    await queries.invalidateQueries({ queryKey: ['function'] });
  };
  const { tokens } = ways;
  return (
    <Section title={tokens.title} lead={tokens.lead}>
      {answer.error && <ErrorBar error={answer.error} onRetry={answer.refetch} />}
      {made && <ShownOnce values={{ [tokens.token]: made }} onClose={() => setMade(undefined)} />}
      {answer.data && <TokenTable tokens={answer.data.Tokens} />}
      <MakeSecret nameLabel={tokens.name} makeLabel={tokens.make} onMake={make} />
    </Section>
  );
}

interface SecretInfo {
  readonly SecretId: string;
  readonly Name: string;
  readonly Hint: string;
  readonly CreatedOn: string;
  readonly ExpiresOn: string | null;
  readonly LastUsedOn: string | null;
}

function Secrets({ id }: { readonly id: string }) {
  const writes = useWrites();
  const queries = useQueryClient();
  const notify = useNotify();
  const [made, setMade] = useState<Readonly<Record<string, string>>>();
  const answer = useFunction<{ readonly Secrets: readonly SecretInfo[] }>(
    `systemusers(${id})/Microsoft.Dynamics.CRM.mr_RetrieveClientSecrets()`,
  );
  const { secrets } = ways;
  const askAgain = () => queries.invalidateQueries({ queryKey: ['function'] });
  const make = async (values: object): Promise<void> => {
    const secret = await writes.act<{ ClientId: string; ClientSecret: string }>(
      'systemuser',
      id,
      'mr_CreateClientSecret',
      values,
    );
    setMade({ [secrets.clientId]: secret.ClientId, [secrets.clientSecret]: secret.ClientSecret });
    await askAgain();
  };
  const columns: readonly PlainColumn<SecretInfo>[] = [
    { name: secrets.columns.name, show: (row) => row.Name },
    { name: secrets.columns.hint, show: (row) => row.Hint, width: '110px', isMinor: true },
    { name: secrets.columns.created, show: (row) => <When value={row.CreatedOn} />, width: '120px', isMinor: true },
    {
      name: secrets.columns.used,
      show: (row) => <When value={row.LastUsedOn} empty={partsText.never} />,
      width: '120px',
      isMinor: true,
    },
    {
      name: secrets.columns.expires,
      show: (row) => <FullDate value={row.ExpiresOn} empty={partsText.never} />,
      width: '160px',
      isMinor: true,
    },
    {
      name: secrets.remove,
      width: '110px',
      show: (row) => (
        <ConfirmButton
          label={secrets.remove}
          title={secrets.removeTitle}
          action={secrets.remove}
          names={[row.Name]}
          onConfirm={async () => {
            await writes.act('systemuser', id, 'mr_DeleteClientSecret', { SecretId: row.SecretId });
            await askAgain();
            notify(secrets.removed);
          }}
        >
          {secrets.removeSentence}
        </ConfirmButton>
      ),
    },
  ];
  return (
    <Section title={secrets.title} lead={secrets.lead}>
      {answer.error && <ErrorBar error={answer.error} onRetry={answer.refetch} />}
      {made && <ShownOnce values={made} onClose={() => setMade(undefined)} />}
      {answer.data?.Secrets.length === 0 && <Text>{secrets.none}</Text>}
      {answer.data && answer.data.Secrets.length > 0 && (
        <PlainTable label={secrets.title} rows={answer.data.Secrets} keyOf={(row) => row.SecretId} columns={columns} />
      )}
      <MakeSecret nameLabel={secrets.name} makeLabel={secrets.make} onMake={make} />
    </Section>
  );
}
