import { dovecot24Config } from './dovecot-24-config.ts';
import { type DovecotConfigOptions, dovecotConfig } from './dovecot-config.ts';

/** The writer for what `dovecot --version` prints, such as `2.3.19.1 (9b53102964)`; 2.4 changed the language. Throws on other words. */
export function chooseDovecotConfig(version: string): (options: DovecotConfigOptions) => string {
  const [major, minor] = (/^(\d+)\.(\d+)/.exec(version.trim()) ?? []).slice(1).map(Number);
  if (major === undefined || minor === undefined) throw new Error(`"${version}" is no version of Dovecot.`);
  return major > 2 || (major === 2 && minor >= 4) ? dovecot24Config : dovecotConfig;
}
