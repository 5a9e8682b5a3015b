import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/** Cost of one hash: 32 MiB and some 100 ms (RFC 7914; N, r, p). */
const cost = { N: 32_768, r: 8, p: 1 } as const;
const keyBytes = 32;

/** Hashes a password with a salt of its own, as `scrypt$N$r$p$salt$key`. */
export async function hashPassword(password: string, salt: Buffer = randomBytes(16)): Promise<string> {
  const key = await derive(password, salt, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** True when the password is the one that was hashed; takes the same time whether it is or not, and for no hash at all. */
export async function verifyPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [scheme, n, r, p, salt, key] = (hash ?? '').split('$');
  const isKnown = scheme === 'scrypt' && salt !== undefined && key !== undefined;
  const wanted = isKnown ? Buffer.from(key, 'base64url') : Buffer.alloc(keyBytes);
  const options = isKnown ? { N: Number(n), r: Number(r), p: Number(p) } : cost;
  const found = await derive(password, Buffer.from(salt ?? '', 'base64url'), options);
  return isKnown && wanted.length === found.length && timingSafeEqual(found, wanted);
}

function derive(password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, keyBytes, { ...options, maxmem: 128 * 1024 * 1024 }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
