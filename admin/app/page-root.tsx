import { Spinner } from '@fluentui/react-components';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type Api, ApiContext } from '../api/api-context.tsx';
import { ApiError } from '../api/api-error.ts';
import { createClient } from '../api/client.ts';
import { createLive, type Live } from '../api/live.ts';
import { isAbout } from '../api/query-keys.ts';
import type { Session } from '../api/session.ts';
import { ErrorBar } from '../parts/error-bar.tsx';
import { Notices } from '../parts/notices.tsx';
import { WhenProvider } from '../parts/when.tsx';
import { shellText } from '../text/shell.ts';
import { SignInAgain } from '../views/sign-in/sign-in-again.tsx';
import { SignInPage } from '../views/sign-in/sign-in-page.tsx';
import { createPageRouter } from './router.tsx';

/** Asks who is signed in, and shows the sign-in page or the pages; these stay as they are when the session ends. */
export function PageRoot() {
  const [session, setSession] = useState<Session>();
  const [isOut, setOut] = useState(false);
  const [problem, setProblem] = useState<Error>();
  const known = useRef<Session>(undefined);
  const waiting = useRef<(() => void)[]>([]);
  const client = useMemo(() => {
    const renew = async (): Promise<boolean> => {
      const before = known.current?.systemuserid;
      const found = await made.site<Session>('/session');
      known.current = found;
      setSession(found);
      return found.systemuserid === before;
    };
    const made = createClient(
      {
        csrf: () => known.current?.csrf,
        onSignedOut: () => {
          setOut(true);
          return new Promise((resolve) => waiting.current.push(resolve));
        },
        renew,
      },
      shellText.unreachable,
    );
    return made;
  }, []);
  const ask = useCallback(async () => {
    setProblem(undefined);
    try {
      const found = await client.site<Session>('/session');
      known.current = found;
      setSession(found);
      setOut(false);
      for (const goOn of waiting.current.splice(0)) goOn();
    } catch (thrown) {
      if (!(thrown instanceof ApiError && thrown.status === 401)) setProblem(thrown as Error);
    }
  }, [client]);
  useEffect(() => void ask(), [ask]);
  if (session === undefined) {
    if (problem !== undefined) return <ErrorBar error={problem} onRetry={ask} />;
    if (isOut) return <SignInPage client={client} onSignedIn={ask} />;
    return <Spinner label={shellText.loading} />;
  }
  const signOut = async (): Promise<void> => {
    await client.site('/sign-out', { method: 'POST' });
    setSession(undefined);
    setOut(true);
  };
  return (
    <>
      <SignedInPage key={session.systemuserid} {...{ client, session, isOut, signOut }} />
      {isOut && <SignInAgain client={client} problem={problem} onSignedIn={ask} />}
    </>
  );
}

function SignedInPage({ client, session, isOut, signOut }: Omit<Api, 'live'> & { readonly isOut: boolean }) {
  const [queries] = useState(createQueries);
  const [router] = useState(createPageRouter);
  const [live, setLive] = useState<Live>();
  useEffect(() => {
    const made = createLive(
      (table) => void queries.invalidateQueries({ predicate: ({ queryKey }) => isAbout(queryKey, table) }),
      () => void queries.invalidateQueries(),
    );
    setLive(made);
    return () => made.stop();
  }, [queries]);
  const wasOut = useRef(isOut);
  useEffect(() => {
    if (wasOut.current && !isOut) {
      live?.renew();
      void queries.invalidateQueries();
    }
    wasOut.current = isOut;
  }, [isOut, live, queries]);
  const api = useMemo(() => live && { client, live, session, signOut }, [client, live, session, signOut]);
  if (api === undefined) return null;
  return (
    <QueryClientProvider client={queries}>
      <ApiContext value={api}>
        <WhenProvider>
          <Notices>
            <RouterProvider router={router} />
          </Notices>
        </WhenProvider>
      </ApiContext>
    </QueryClientProvider>
  );
}

/** Rows stay fresh by the live stream; only what the network refused is tried again by itself. */
function createQueries(): QueryClient {
  const isPassing = (error: Error): boolean =>
    error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 502);
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        refetchOnWindowFocus: true,
        retry: (count, error) => isPassing(error) && count < 5,
      },
    },
  });
}
