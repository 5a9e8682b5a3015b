import { Field, Input, makeStyles, Select, Tab, TabList, Text, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Section } from '../../parts/section.tsx';
import { signInWaysText } from '../../text/sign-in-ways.ts';
import { environmentLines, fileLines, issuers, openIdSettings } from './open-id-lines.ts';
import { absolute, type SignInSettings } from './sign-in-settings.ts';

const { setUp: text, openId } = signInWaysText;

const useStyles = makeStyles({
  grid: {
    display: 'grid',
    gap: '12px 24px',
    alignItems: 'start',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 280px), 1fr))',
  },
  code: {
    margin: 0,
    padding: '12px',
    overflowX: 'auto',
    fontFamily: tokens.fontFamilyMonospace,
    backgroundColor: tokens.colorNeutralBackground3,
    borderRadius: tokens.borderRadiusMedium,
  },
  lines: { margin: 0, fontFamily: 'inherit' },
  steps: { margin: 0, display: 'flex', flexDirection: 'column', gap: '8px', minWidth: 0 },
});

/** Columns of a user that a token may name. */
const columns = ['domainname', 'internalemailaddress', 'azureactivedirectoryobjectid'];

/** Writes the settings of a provider out as they are to be put where the service is started: who may be let in is not decided by a row of the database. */
export function OpenIdSetUp({ settings }: { readonly settings: SignInSettings }) {
  const styles = useStyles();
  const [entries, setEntries] = useState({
    issuer: settings.OidcIssuer ?? '',
    clientId: settings.OidcClientId ?? '',
    name: settings.OidcName,
    column: settings.OidcUserColumn,
    publicUrl: location.origin,
  });
  const [form, setForm] = useState('environment');
  const written = openIdSettings(entries);
  const lines = form === 'environment' ? environmentLines(written) : fileLines(written);
  const returnUrl = absolute(settings.OidcReturnUrl);
  const field = (name: 'issuer' | 'clientId' | 'name' | 'publicUrl', label: string, hint?: string) => (
    <Field label={label} hint={hint}>
      <Input value={entries[name]} onChange={(_event, { value }) => setEntries({ ...entries, [name]: value })} />
    </Field>
  );
  return (
    <Section title={text.title} lead={text.lead}>
      <div className={styles.grid}>
        <Field label={text.provider}>
          <Select
            value={Object.entries(issuers).find(([, issuer]) => issuer === entries.issuer)?.[0] ?? ''}
            onChange={(_event, { value }) => setEntries({ ...entries, issuer: issuers[value] ?? entries.issuer })}
          >
            {Object.entries(text.providers).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
        {field('issuer', openId.rows.issuer, text.issuerHint)}
        {field('clientId', openId.rows.clientId)}
        {field('name', openId.rows.name)}
        <Field label={openId.rows.column}>
          <Select value={entries.column} onChange={(_event, { value }) => setEntries({ ...entries, column: value })}>
            {[...new Set([...columns, entries.column])].map((column) => (
              <option key={column} value={column}>
                {column}
              </option>
            ))}
          </Select>
        </Field>
        {field('publicUrl', text.publicUrl, text.publicUrlHint)}
      </div>
      <ol className={styles.steps}>
        <li>
          {text.steps.register} <code>{returnUrl}</code> <CopyButton value={returnUrl} name={openId.rows.returnUrl} />
        </li>
        <li>
          {text.steps.write}
          <TabList size="small" selectedValue={form} onTabSelect={(_event, { value }) => setForm(String(value))}>
            {Object.entries(text.forms).map(([value, label]) => (
              <Tab key={value} value={value}>
                {label}
              </Tab>
            ))}
          </TabList>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
          <section className={styles.code} tabIndex={0} aria-label={text.lines}>
            <pre className={styles.lines}>{lines}</pre>
          </section>
          <CopyButton value={lines} name={text.lines} />
          <div>
            <Text>{text.where[form as keyof typeof text.where]}</Text>
          </div>
        </li>
        <li>{text.steps.secret}</li>
        <li>{text.steps.restart}</li>
      </ol>
    </Section>
  );
}
