import { lockAccount } from '../rules/account-access.ts';
import { refuse } from '../rules/refuse.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import type { RuleContext } from '../rules/table-rules.ts';
import { AuditAction } from '../tables/choices.ts';
import type { ActionHandlers } from '../webapi/actions.ts';
import { createTokenStore, type TokenInfo, type TokenStore } from '../webapi/token-store.ts';
import { tellAudit } from './account-actions.ts';
import { boundTo } from './bound-to.ts';

/** Bearer tokens of users as messages: made, told without themselves, and ended; each in one transaction, and in the audit. */
export const tokenActions: ActionHandlers<RuledStore> = {
  mr_CreateToken: async (context, bound, parameters) => {
    const expiresOn = typeof parameters.ExpiresOn === 'string' ? new Date(parameters.ExpiresOn) : null;
    const name = String(parameters.Name).trim().slice(0, 200);
    if (name === '') refuse('80040203', 'Name is empty. Say what the token is for.');
    const Token = await context.records.act(async (rules) => {
      const id = boundTo(bound, 'systemuser');
      await lockAccount(rules, id);
      const lifetimeMs = expiresOn === null ? null : expiresOn.getTime() - rules.clock.now().getTime();
      if (lifetimeMs !== null && !(lifetimeMs > 0))
        refuse('80040203', 'ExpiresOn has passed already. Give a later time, or none.');
      await tellAudit(rules, id, AuditAction.createToken);
      return tokensOf(rules).issue({ systemuserid: id, name, kind: 'api', lifetimeMs });
    });
    return { Token };
  },
  mr_RevokeToken: async (context, bound, parameters) => {
    await context.records.act(async (rules) => {
      const id = boundTo(bound, 'systemuser');
      await lockAccount(rules, id);
      if (!(await tokensOf(rules).revokeById(String(parameters.TokenId), id)))
        refuse('80040217', 'The user has no valid token with this id. Choose one of mr_RetrieveTokens.');
      await tellAudit(rules, id, AuditAction.revokeToken);
    });
    return undefined;
  },
  mr_RetrieveTokens: async (context, bound) => {
    const id = boundTo(bound, 'systemuser');
    const tokens = await context.records.act(async (rules) => {
      await lockAccount(rules, id);
      return tokensOf(rules).listValid(id);
    });
    return { Tokens: tokens.map(tokenJson) };
  },
  mr_RetrieveAllTokens: async (context) => {
    if (!context.caller.isAdministrator)
      refuse('80040220', 'The tokens of everybody are for administrators. Ask for those of a user.');
    const tokens = await context.records.act((rules) => tokensOf(rules).listValid(undefined));
    return { Tokens: tokens.map(tokenJson) };
  },
};

/** The store of tokens within a transaction; it verifies none here, so it needs to know no user. */
function tokensOf({ scope, clock }: RuleContext): TokenStore {
  return createTokenStore({
    sql: (text, values) => scope.sql(text, values),
    clock,
    describeUser: async () => undefined,
  });
}

function tokenJson(token: TokenInfo) {
  return {
    TokenId: token.id,
    UserId: token.systemuserid,
    Name: token.name,
    Kind: token.kind,
    CreatedOn: token.createdOn.toISOString(),
    ExpiresOn: token.expiresOn?.toISOString() ?? null,
    LastUsedOn: token.usedOn?.toISOString() ?? null,
  };
}
