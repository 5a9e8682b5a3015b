import { createContext, use } from 'react';
import type { Client } from './client.ts';
import type { Live } from './live.ts';
import type { Session } from './session.ts';

/** What every part of the page may use once somebody is signed in. */
export interface Api {
  readonly client: Client;
  readonly live: Live;
  readonly session: Session;
  /** Ends the session and shows the sign-in page. */
  readonly signOut: () => Promise<void>;
}

/** Carries the Api to the parts. */
export const ApiContext = createContext<Api | undefined>(undefined);

/** The Api of the page. */
export function useApi(): Api {
  const api = use(ApiContext);
  if (api === undefined) throw new Error('No Api here: the part stands outside of the signed-in page.');
  return api;
}
