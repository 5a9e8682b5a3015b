import { type ActionHandlers, findAction } from './actions.ts';
import type { MessageDefinition } from './message-definition.ts';
import { messageDefinitions } from './message-definitions.ts';
import { standardActions } from './standard-actions.ts';

/** Messages that the API answers out of the request itself. */
export const builtIns = ['WhoAmI', 'RetrieveTotalRecordCount', 'RetrieveCurrentOrganization'] as const;

export type BuiltIn = (typeof builtIns)[number];

/** The described messages that can be called here: built in, standard, or given by the application. */
export function callableMessages(actions: ActionHandlers): readonly MessageDefinition[] {
  const known: ReadonlySet<string> = new Set([...builtIns, ...Object.keys(standardActions)]);
  return messageDefinitions.filter(({ name }) => known.has(name) || findAction(actions, name) !== undefined);
}
