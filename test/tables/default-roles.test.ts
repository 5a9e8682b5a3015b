import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultRoles } from '../../src/tables/default-roles.ts';
import { allPrivileges } from '../../src/tables/privileges.ts';

test('SE-01: every right of a default role is a privilege that exists, at a depth that it has', () => {
  const known = new Map(allPrivileges().map((privilege) => [privilege.name, privilege.depths]));
  for (const role of defaultRoles) {
    for (const [noun, rights] of Object.entries(role.nouns)) {
      for (const [right, depth] of Object.entries(rights)) {
        const name = `prv${right.charAt(0).toUpperCase()}${right.slice(1)}${noun}`;
        assert.ok(known.get(name)?.includes(depth), `${role.name}: ${name} at depth ${depth}`);
      }
    }
  }
});
