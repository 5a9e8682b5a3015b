import { MailroomError } from '../../../base/errors.ts';
import type { BeginTickets } from './negotiate-sign-in.ts';

/** The part of the package `kerberos` that is used. */
interface KerberosPackage {
  initializeClient(service: string): Promise<{ step(challenge: string): Promise<string> }>;
}

/** How a package is loaded; an argument, since the package is optional. */
export type ImportPackage = (name: string) => Promise<unknown>;

const importPackage: ImportPackage = (name) => import(name);

/** Kerberos through the optional package `kerberos`, loaded when it is first needed. Throws 8005E23B with the remedy where it is missing. */
export function kerberosTickets(load: ImportPackage = importPackage): BeginTickets {
  return async (service) => {
    const kerberos = await loaded(load);
    const client = await kerberos.initializeClient(service).catch((thrown) => refuse(service, thrown));
    // The ticket is fetched with the first step.
    return { step: (challenge) => client.step(challenge).catch((thrown) => refuse(service, thrown)) };
  };
}

function refuse(service: string, thrown: unknown): never {
  throw new MailroomError(
    `No Kerberos ticket for ${service} could be had: ${thrown instanceof Error ? thrown.message : String(thrown)}. Give the account of the service a keytab or a ticket (kinit), and check /etc/krb5.conf.`,
    { code: '8005E23B', kind: 'credentials', cause: thrown },
  );
}

async function loaded(load: ImportPackage): Promise<KerberosPackage> {
  try {
    const found = (await load('kerberos')) as { default?: KerberosPackage } & KerberosPackage;
    return found.default ?? found;
  } catch (cause) {
    throw new MailroomError(
      'Negotiate (Kerberos) needs the package "kerberos", which is not installed. Install it beside Mailroom (apt-get install libkrb5-dev; npm install kerberos), or choose NTLM, Basic or auto-detect on the profile.',
      { code: '8005E23B', kind: 'configuration', cause },
    );
  }
}
