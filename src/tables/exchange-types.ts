import { ServerType } from './choices.ts';

/** True for the values of `emailserverprofile.servertype` that are Exchange (0, 2, 3); an empty one is 0. */
export function isExchangeType(servertype: number | null | undefined): boolean {
  return servertype !== ServerType.pop3Smtp && servertype !== ServerType.imapSmtp;
}
