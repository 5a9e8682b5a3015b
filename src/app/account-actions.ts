import { randomUUID } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { lockAccount } from '../rules/account-access.ts';
import { refuse } from '../rules/refuse.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import type { RuleContext } from '../rules/table-rules.ts';
import type { Database } from '../store/database.ts';
import { recordAudit } from '../store/record-audit.ts';
import { AuditAction } from '../tables/choices.ts';
import type { ActionHandlers } from '../webapi/actions.ts';
import { type CredentialStore, createCredentialStore } from '../webapi/sign-in/credential-store.ts';
import { passwordProblem } from '../webapi/sign-in/password-policy.ts';
import { boundTo } from './bound-to.ts';

export interface AccountActionsOptions {
  readonly database: Database;
  readonly clock: Clock;
}

/** Passwords of local accounts and secrets of application users as messages; each in one transaction. */
export function accountActions({ database, clock }: AccountActionsOptions): ActionHandlers<RuledStore> {
  return {
    mr_SetPassword: async (context, bound, parameters) => {
      const { NewPassword, CurrentPassword } = parameters as { NewPassword: string; CurrentPassword?: string };
      const id = boundTo(bound, 'systemuser');
      // Outside the transaction: a wrong try counts although the change is refused.
      if (id === context.caller.systemuserid) {
        const store = createCredentialStore((text, values) => database.sql(text, values), clock);
        await proveCurrent(store, id, CurrentPassword);
      }
      await context.records.act((rules) => setPassword(rules, id, NewPassword));
      return undefined;
    },
    mr_RemovePassword: async (context, bound) => {
      await context.records.act(async (rules) => {
        const id = boundTo(bound, 'systemuser');
        await lockAccount(rules, id);
        await credentialsOf(rules).removePassword(id);
        await tellAudit(rules, id, AuditAction.removePassword);
      });
      return undefined;
    },
    mr_CreateClientSecret: async (context, bound, parameters) => {
      const expiresOn = typeof parameters.ExpiresOn === 'string' ? new Date(parameters.ExpiresOn) : null;
      const name = String(parameters.Name).slice(0, 200);
      const made = await context.records.act((rules) =>
        createClientSecret(rules, boundTo(bound, 'systemuser'), name, expiresOn),
      );
      return { SecretId: made.id, ClientId: made.clientId, ClientSecret: made.secret };
    },
    mr_DeleteClientSecret: async (context, bound, parameters) => {
      await context.records.act(async (rules) => {
        const id = boundTo(bound, 'systemuser');
        await lockAccount(rules, id);
        if (!(await credentialsOf(rules).deleteSecret(id, String(parameters.SecretId))))
          refuse('80040217', 'The user has no secret with this id. Choose one of mr_RetrieveClientSecrets.');
        await tellAudit(rules, id, AuditAction.deleteClientSecret);
      });
      return undefined;
    },
    mr_RetrieveClientSecrets: async (context, bound) => {
      const id = boundTo(bound, 'systemuser');
      const secrets = await context.records.act(async (rules) => {
        await lockAccount(rules, id);
        return credentialsOf(rules).listSecrets(id);
      });
      return {
        Secrets: secrets.map((secret) => ({
          SecretId: secret.id,
          Name: secret.name,
          Hint: secret.hint,
          CreatedOn: secret.createdOn.toISOString(),
          ExpiresOn: secret.expiresOn?.toISOString() ?? null,
          LastUsedOn: secret.usedOn?.toISOString() ?? null,
        })),
      };
    },
  };
}

/** Sets a user's password under the rules. Refuses one that is too weak. */
export async function setPassword(rules: RuleContext, systemuserid: string, password: string): Promise<void> {
  const user = await lockAccount(rules, systemuserid);
  const problem = passwordProblem(password, [
    user.firstname,
    user.lastname,
    user.domainname,
    user.internalemailaddress?.split('@')[0],
  ]);
  if (problem !== undefined) refuse('mr_PasswordWeak', problem);
  await credentialsOf(rules).setPassword(systemuserid, password);
  await tellAudit(rules, systemuserid, AuditAction.setPassword);
}

/** Makes a secret for an application user; a user without an application id becomes one. */
export async function createClientSecret(
  rules: RuleContext,
  systemuserid: string,
  name: string,
  expiresOn: Date | null,
): Promise<{ readonly id: string; readonly clientId: string; readonly secret: string }> {
  const user = await lockAccount(rules, systemuserid);
  const clientId = user.applicationid ?? randomUUID();
  if (user.applicationid == null) await rules.records.update('systemuser', systemuserid, { applicationid: clientId });
  const made = await credentialsOf(rules).createSecret(systemuserid, name, expiresOn);
  await tellAudit(rules, systemuserid, AuditAction.createClientSecret);
  return { ...made, clientId };
}

/** Notes in the audit what was done to a user's ways to sign in. */
export function tellAudit({ scope, caller, clock }: RuleContext, systemuserid: string, action: number): Promise<void> {
  const { systemuserid: userId, actingUserId } = caller;
  return recordAudit(
    scope,
    { action, object: { table: 'systemuser', id: systemuserid }, userId, actingUserId },
    clock.now(),
  );
}

function credentialsOf(rules: RuleContext): CredentialStore {
  return createCredentialStore((text, values) => rules.scope.sql(text, values), rules.clock);
}

/** Who changes the own password proves it first, so that a page left open does not give the account away. */
async function proveCurrent(store: CredentialStore, id: string, current: string | undefined): Promise<void> {
  if (!(await store.hasPassword(id))) return;
  const tried = await store.tryPassword(id, current ?? '');
  if (tried.kind !== 'ok')
    refuse('mr_SignInRefused', 'CurrentPassword is not your password. Enter the one you signed in with.');
}
