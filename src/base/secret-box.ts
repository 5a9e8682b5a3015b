import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { MailroomError } from './errors.ts';

/** Encrypts column values at rest (EP-22): AES-256-GCM bound to its place (table/row/column), so that a ciphertext cannot be moved. */
export interface SecretBox {
  seal(plain: string, place: string): string;
  /** Throws MailroomError `mr_SecretUnreadable` when the key or the place is another. */
  open(sealed: string, place: string): string;
}

/** A box over one 32-byte key; the format is `v1:keyId:base64(iv|tag|ciphertext)`. */
export function createSecretBox(key: Buffer, keyId = 'k1'): SecretBox {
  if (key.length !== 32) {
    throw new MailroomError(
      `The encryption key has ${key.length} bytes; it must have 32. Set MAILROOM_SECRET_KEY to 64 hex digits.`,
      {
        code: 'mr_SecretKeyInvalid',
        kind: 'configuration',
      },
    );
  }
  return {
    seal(plain, place) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return `v1:${keyId}:${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64')}`;
    },
    open(sealed, place) {
      try {
        const [version, , data] = sealed.split(':');
        if (version !== 'v1' || data === undefined) throw new Error('unknown format');
        const bytes = Buffer.from(data, 'base64');
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
          .setAAD(Buffer.from(place))
          .setAuthTag(bytes.subarray(12, 28));
        return decipher.update(bytes.subarray(28), undefined, 'utf8') + decipher.final('utf8');
      } catch (cause) {
        throw new MailroomError(
          `The stored secret of ${place} cannot be decrypted. The service was started with another MAILROOM_SECRET_KEY, or the row was copied; enter the secret again.`,
          { code: 'mr_SecretUnreadable', kind: 'configuration', cause },
        );
      }
    },
  };
}
