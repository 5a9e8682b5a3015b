import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { partsText } from '../../text/parts.ts';
import { signInWaysText } from '../../text/sign-in-ways.ts';
import { absolute, type SignInSettings } from './sign-in-settings.ts';

const { openId: text, on, off } = signInWaysText;

const useStyles = makeStyles({
  state: { display: 'flex', flexWrap: 'wrap', gap: '8px', alignItems: 'center' },
  code: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200 },
});

/** The provider of OpenID Connect as it is set, and by which variables. */
export function OpenIdSettings({ settings }: { readonly settings: SignInSettings }) {
  const styles = useStyles();
  const isOn = settings.OidcIssuer !== null;
  const rows: readonly (readonly [name: string, value: string | null, variable: string])[] = [
    [text.rows.issuer, settings.OidcIssuer, 'MAILROOM_OIDC_ISSUER'],
    [text.rows.clientId, settings.OidcClientId, 'MAILROOM_OIDC_CLIENT_ID'],
    [text.rows.clientSecret, settings.OidcIsClientSecretSet ? text.secretSet : null, 'MAILROOM_OIDC_CLIENT_SECRET'],
    [text.rows.audience, settings.OidcAudience, 'MAILROOM_OIDC_AUDIENCE'],
    [text.rows.name, settings.OidcName, 'MAILROOM_OIDC_NAME'],
    [text.rows.scopes, settings.OidcScopes, 'MAILROOM_OIDC_SCOPES'],
    [text.rows.column, settings.OidcUserColumn, 'MAILROOM_OIDC_USER_COLUMN'],
    [text.rows.claim, settings.OidcUserClaim ?? text.usualClaim, 'MAILROOM_OIDC_USER_CLAIM'],
    [text.rows.returnUrl, absolute(settings.OidcReturnUrl), 'MAILROOM_PUBLIC_URL'],
  ];
  return (
    <Section title={text.title} lead={text.lead}>
      <div className={styles.state}>
        <StatusBadge tone={isOn ? 'good' : 'quiet'}>{isOn ? on : off}</StatusBadge>
        <Text>{isOn ? (settings.OidcClientId === null ? text.isTokensOnly : text.isOn) : text.isOff}</Text>
      </div>
      <PlainTable
        label={text.title}
        rows={rows}
        keyOf={([, , variable]) => variable}
        columns={[
          { name: text.setting, show: ([name]) => name },
          { name: text.value, show: ([, value]) => value ?? partsText.none },
          {
            name: text.variable,
            show: ([, , variable]) => <span className={styles.code}>{variable}</span>,
            isMinor: true,
          },
        ]}
      />
    </Section>
  );
}
