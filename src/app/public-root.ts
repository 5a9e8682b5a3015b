import type { Config } from './config-schema.ts';

/** Where people reach the service, without a slash at its end. */
export function publicRoot(config: Pick<Config, 'publicUrl' | 'host' | 'port'>): string {
  return (config.publicUrl ?? `http://${config.host}:${config.port}`).replace(/\/$/, '');
}
