import type { ActionHandlers } from './actions.ts';

/** The version of Dataverse's Web API that this one follows. */
export const followedVersion = '9.2.0.0';

/** Messages that need nothing but the API itself; the application's handlers of the same name take precedence. */
export const standardActions: ActionHandlers = {
  RetrieveVersion: async () => ({ Version: followedVersion }),
};
