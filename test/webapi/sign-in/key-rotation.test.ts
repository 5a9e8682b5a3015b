import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { createOidcVerifier, type OidcVerifier } from '../../../src/webapi/sign-in/oidc-verifier.ts';
import { type OpenIdProvider, startOpenIdProvider } from '../../../testbed/openid/openid-provider.ts';

/** The library that keeps the keys reads the system's time, so it is the system's time that is held here. */
describe('keys of a provider, over the life of a running service', () => {
  let provider: OpenIdProvider;
  let verifier: OidcVerifier;
  beforeEach(async () => {
    mock.timers.enable({ apis: ['Date'], now: Date.UTC(2026, 5, 1) });
    provider = await startOpenIdProvider({ audience: 'api://mailroom', clientId: 'mailroom', clientSecret: 'x' });
    verifier = createOidcVerifier({
      issuer: provider.issuer,
      audiences: ['api://mailroom'],
      clockSkewSeconds: 60,
      clock: { now: () => new Date(), sleep: async () => undefined },
    });
  });
  afterEach(async () => {
    mock.timers.reset();
    await provider.close();
  });

  const askedKeys = () => provider.asked.get('/keys') ?? 0;
  const isTaken = async (token: string) => (await verifier.verify(token)) !== undefined;

  it('a token of the new key is taken after one look at the keys, one of the old key no longer', async () => {
    const old = await provider.token({}, { lifetimeSeconds: 36_000 });
    assert.equal(await isTaken(old), true);
    assert.equal(askedKeys(), 1);
    await provider.rotateKeys();
    assert.equal(await isTaken(old), true, 'known until the keys are looked at anew');
    mock.timers.tick(31_000);
    const fresh = await provider.token({}, { lifetimeSeconds: 36_000 });
    assert.equal(await isTaken(fresh), true);
    assert.equal(askedKeys(), 2, 'the unknown key id made it ask once');
    assert.equal(await isTaken(old), false);
    assert.equal(await isTaken(fresh), true);
  });

  it('unknown key ids make it ask at most every 30 seconds, however many come', async () => {
    assert.equal(await isTaken(await provider.token({})), true);
    const strangers = await Promise.all(
      Array.from({ length: 20 }, () => provider.token({}, { foreignKey: true, lifetimeSeconds: 36_000 })),
    );
    const shower = async () => {
      for (const token of strangers) assert.equal(await isTaken(token), false);
    };
    await shower();
    assert.ok(askedKeys() <= 1, `${askedKeys()} looks within 30 seconds of the first`);
    mock.timers.tick(31_000);
    const before = askedKeys();
    await Promise.all(strangers.map(isTaken));
    await shower();
    assert.ok(askedKeys() - before <= 1, `${askedKeys() - before} looks after another 30 seconds`);
    assert.equal(await isTaken(await provider.token({})), true, 'and known keys serve on');
  });

  it('within 30 seconds of a look a new key waits; the service takes it at the next look', async () => {
    assert.equal(await isTaken(await provider.token({})), true);
    await provider.rotateKeys();
    const fresh = await provider.token({}, { lifetimeSeconds: 36_000 });
    mock.timers.tick(10_000);
    assert.equal(await isTaken(fresh), false);
    mock.timers.tick(21_000);
    assert.equal(await isTaken(fresh), true);
  });

  it('keys are looked at anew after ten minutes, so that one taken back ends', async () => {
    const old = await provider.token({}, { lifetimeSeconds: 36_000 });
    assert.equal(await isTaken(old), true);
    await provider.rotateKeys();
    mock.timers.tick(601_000);
    assert.equal(await isTaken(old), false);
  });
});
