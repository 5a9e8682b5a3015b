import { checkRequest } from '../schema/check-request.ts';
import type { SchemaTable } from '../schema/schema-table.ts';
import type { Account } from '../store/account.ts';
import { requestedGeneration } from '../store/server-version.ts';
import type { World } from '../store/world.ts';
import { readXml } from '../xml/read-xml.ts';
import { child, descend, type XmlNode } from '../xml/xml-node.ts';
import type { Call } from './call.ts';
import { EwsError } from './ews-error.ts';

/** A request as far as its text and headers tell it. */
export type ReadCall = Pick<Call, 'world' | 'request' | 'caller' | 'reader' | 'generation' | 'timeZone'>;

/** Reads a SOAP request of someone who signed in. Throws EwsError, a fault, when it is none this server takes. */
export function readCall(text: string, caller: Account, world: World, schema: SchemaTable): ReadCall {
  const envelope = parse(text);
  const header = child(envelope, 'Header');
  const request = child(envelope, 'Body')?.children[0];
  if (envelope.ns !== 's' || request === undefined) throw fault('ErrorInvalidRequest', 'The SOAP body is missing.');
  const version = child(header, 'RequestServerVersion')?.attributes.Version;
  const generation = requestedGeneration(version, world.version);
  if (generation === undefined) throw fault('ErrorInvalidServerVersion');
  const wrong = checkRequest(request, schema, world.version.generation);
  if (wrong !== undefined) throw fault('ErrorSchemaValidation', wrong);
  const zone = descend(header, 'TimeZoneContext', 'TimeZoneDefinition')?.attributes.Id;
  return { world, request, caller, reader: actingUser(header, caller, world), generation, timeZone: zone ?? 'UTC' };
}

function parse(text: string): XmlNode {
  try {
    return readXml(text);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw fault('ErrorInvalidRequest', `The request is no well-formed XML: ${words}`);
  }
}

function actingUser(header: XmlNode | undefined, caller: Account, world: World): Account {
  const sid = descend(header, 'ExchangeImpersonation', 'ConnectingSID')?.children[0];
  if (sid === undefined) return caller;
  const user = sid.name === 'SID' ? world.accounts.find((one) => one.sid === sid.text) : world.account(sid.text);
  if (user === undefined) throw fault('ErrorNonExistentMailbox');
  if (user !== caller && !caller.mayImpersonate) throw fault('ErrorImpersonateUserDenied');
  return user;
}

function fault(code: string, message?: string): EwsError {
  return new EwsError(code, message, { isFault: true });
}
