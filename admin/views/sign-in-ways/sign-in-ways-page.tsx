import { useFunction, useRows } from '../../api/use-rows.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { RecordList } from '../../parts/record-list.tsx';
import { Section } from '../../parts/section.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { signInWaysText as text } from '../../text/sign-in-ways.ts';
import { type TokenInfo, TokenTable } from '../users/token-table.tsx';
import { UserState } from '../users/user-state.tsx';
import { OpenIdSetUp } from './open-id-set-up.tsx';
import { OpenIdSettings } from './open-id-settings.tsx';
import { absolute, type SignInSettings } from './sign-in-settings.ts';

/** By which ways people and programs sign in. */
export function SignInWaysPage() {
  const settings = useFunction<SignInSettings>('mr_RetrieveSignInSettings()');
  return (
    <>
      <PageTitle title={text.title} lead={text.lead} />
      {settings.error && <ErrorBar error={settings.error} onRetry={settings.refetch} />}
      {settings.isPending && <Loading />}
      {settings.data && (
        <>
          <OpenIdSettings settings={settings.data} />
          <OpenIdSetUp settings={settings.data} />
          <LocalAccounts settings={settings.data} />
          <Programs settings={settings.data} />
        </>
      )}
      <AllTokens />
    </>
  );
}

function LocalAccounts({ settings }: { readonly settings: SignInSettings }) {
  const { local } = text;
  return (
    <Section title={local.title} lead={local.lead}>
      <Facts
        facts={[
          [
            local.state,
            <StatusBadge key="state" tone={settings.LocalSignIn ? 'good' : 'quiet'}>
              {settings.LocalSignIn ? text.on : text.off}
            </StatusBadge>,
          ],
          [local.count, settings.LocalAccounts.toLocaleString()],
          [local.session, local.hours(settings.SessionHours)],
        ]}
      />
    </Section>
  );
}

function Programs({ settings }: { readonly settings: SignInSettings }) {
  const { programs } = text;
  return (
    <Section title={programs.title} lead={programs.lead}>
      <Facts facts={[[programs.tokenUrl, absolute(settings.TokenUrl)]]} />
      <RecordList
        label={programs.title}
        table="systemuser"
        prefix="p"
        select={['systemuserid', 'fullname', 'domainname', 'applicationid', 'isdisabled']}
        where="applicationid ne null"
        orderBy="fullname"
        nameOf={(row) => row.fullname ?? ''}
        empty={programs.none}
        columns={[
          {
            name: programs.columns.name,
            show: (row) => (
              <AppLink to={`/users/${row.systemuserid}?tab=signIn`}>{row.fullname || row.domainname || ''}</AppLink>
            ),
          },
          { name: programs.columns.applicationId, show: (row) => row.applicationid ?? '', isMinor: true },
          { name: programs.columns.state, show: (row) => <UserState row={row} />, width: '190px' },
        ]}
      />
    </Section>
  );
}

function AllTokens() {
  const answer = useFunction<{ readonly Tokens: readonly TokenInfo[] }>('mr_RetrieveAllTokens()');
  const ids = [...new Set((answer.data?.Tokens ?? []).map((token) => token.UserId))].slice(0, 50);
  const users = useRows({
    table: 'systemuser',
    select: ['systemuserid', 'fullname'],
    filter: ids.map((id) => `systemuserid eq ${id}`).join(' or '),
    isEnabled: ids.length > 0,
  });
  const names = new Map((users.data?.value ?? []).map((row) => [row.systemuserid ?? '', row.fullname ?? '']));
  const { tokens } = text;
  return (
    <Section title={tokens.title} lead={tokens.allLead}>
      {answer.error && <ErrorBar error={answer.error} onRetry={answer.refetch} />}
      {answer.isPending && <Loading />}
      {answer.data && <TokenTable tokens={answer.data.Tokens} userNames={names} />}
    </Section>
  );
}
