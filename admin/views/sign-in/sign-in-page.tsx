import {
  Button,
  Card,
  Divider,
  Field,
  Input,
  makeStyles,
  Spinner,
  Text,
  Title2,
  tokens,
} from '@fluentui/react-components';
import { type FormEvent, useEffect, useState } from 'react';
import type { Client } from '../../api/client.ts';
import type { SignInMethods } from '../../api/session.ts';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { shellText } from '../../text/shell.ts';
import { signInText } from '../../text/sign-in.ts';

const useStyles = makeStyles({
  page: {
    minHeight: '100vh',
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    padding: '16px',
    boxSizing: 'border-box',
    backgroundColor: tokens.colorNeutralBackground3,
  },
  card: { width: '100%', maxWidth: '400px', padding: '24px', gap: '16px' },
  form: { display: 'flex', flexDirection: 'column', gap: '16px' },
});

type Way = 'password' | 'code';

interface SignInProps {
  readonly client: Client;
  readonly onSignedIn: () => Promise<void>;
}

/** The page of who is not signed in. */
export function SignInPage(props: SignInProps) {
  const styles = useStyles();
  useEffect(() => {
    document.title = `${signInText.title} - ${shellText.product}`;
  }, []);
  return (
    <main className={styles.page}>
      <Card className={styles.card}>
        <Title2 as="h1">{shellText.product}</Title2>
        <SignInWays {...props} staysHere={false} />
      </Card>
    </main>
  );
}

/** Signs in with a password, a one-time code (also from the address, `#code=...`) or a provider of OpenID Connect. `staysHere` leaves the page as it is. */
export function SignInWays({ client, onSignedIn, staysHere }: SignInProps & { readonly staysHere: boolean }) {
  const [methods, setMethods] = useState<SignInMethods>();
  const [chosen, setChosen] = useState<Way>();
  const [problem, setProblem] = useState<Error>();
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    client.site<SignInMethods>('/sign-in/methods').then(setMethods, setProblem);
  }, [client]);
  const signIn = async (body: object): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await client.site('/sign-in', { method: 'POST', body });
      await onSignedIn();
    } catch (thrown) {
      setProblem(thrown as Error);
    } finally {
      setBusy(false);
    }
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: a code in the address is used once, when the page opens
  useEffect(() => {
    const code = /^#code=([\w-]+)$/.exec(location.hash)?.[1];
    if (code === undefined) return;
    history.replaceState(null, '', location.pathname + location.search);
    void signIn({ code });
  }, []);
  const way = chosen ?? (methods?.password === false ? 'code' : 'password');
  return (
    <>
      {problem && <ErrorBar error={problem} />}
      {methods === undefined && !problem && <Spinner label={shellText.loading} />}
      {methods?.openId && (
        <>
          <Button
            as="a"
            appearance="primary"
            href={`${methods.openId.url}?return=${encodeURIComponent(location.pathname)}`}
            {...(staysHere ? { target: '_blank' } : {})}
          >
            {signInText.withProvider(methods.openId.name)}
          </Button>
          {staysHere && <Text size={200}>{signInText.elsewhere}</Text>}
          <Divider>{signInText.or}</Divider>
        </>
      )}
      {methods && way === 'password' && <PasswordForm isBusy={isBusy} onSubmit={signIn} />}
      {methods && way === 'code' && <CodeForm isBusy={isBusy} onSubmit={signIn} />}
      {methods?.password && methods.code && (
        <Button appearance="subtle" onClick={() => setChosen(way === 'code' ? 'password' : 'code')}>
          {way === 'code' ? signInText.usePassword : signInText.useCode}
        </Button>
      )}
    </>
  );
}

interface FormProps {
  readonly isBusy: boolean;
  readonly onSubmit: (body: object) => Promise<void>;
}

function PasswordForm({ isBusy, onSubmit }: FormProps) {
  const styles = useStyles();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void onSubmit({ username, password });
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <Field label={signInText.userName} required>
        <Input autoComplete="username" value={username} onChange={(_event, { value }) => setUsername(value)} />
      </Field>
      <Field label={signInText.password} required>
        <Input
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={(_event, { value }) => setPassword(value)}
        />
      </Field>
      <Button type="submit" appearance="primary" disabled={isBusy || username === '' || password === ''}>
        {signInText.signIn}
      </Button>
    </form>
  );
}

function CodeForm({ isBusy, onSubmit }: FormProps) {
  const styles = useStyles();
  const [code, setCode] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void onSubmit({ code: code.trim() });
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <Field label={signInText.code} hint={signInText.codeHint} required>
        <Input autoComplete="one-time-code" value={code} onChange={(_event, { value }) => setCode(value)} />
      </Field>
      <Button type="submit" appearance="primary" disabled={isBusy || code.trim() === ''}>
        {signInText.signIn}
      </Button>
    </form>
  );
}
