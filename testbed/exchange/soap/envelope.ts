import type { ServerVersion } from '../store/server-version.ts';
import { escapeXml } from '../xml/escape-xml.ts';
import { type WriteOptions, writeMessage, writePart } from '../xml/write-xml.ts';
import type { XmlNode } from '../xml/xml-node.ts';
import type { EwsError } from './ews-error.ts';

const soap = 'http://schemas.xmlsoap.org/soap/envelope/';
const types = 'http://schemas.microsoft.com/exchange/services/2006/types';
const messages = 'http://schemas.microsoft.com/exchange/services/2006/messages';

/** A whole SOAP answer. */
export function writeEnvelope(answer: XmlNode, version: ServerVersion, options: WriteOptions): string {
  return wrap(versionHeader(version), writeMessage(answer, options, declarations));
}

/** A SOAP fault as Exchange words it: the code in `detail`, how long to wait in `MessageXml`. */
export function writeFault(error: EwsError, version: ServerVersion, options: WriteOptions): string {
  const isSchema = error.code === 'ErrorSchemaValidation';
  const text = escapeXml(isSchema ? `The request failed schema validation: ${error.message}` : error.message);
  const details = error.details.map((one) => writePart(one, 't', 'none', options)).join('');
  const fault = [
    `<s:Fault><faultcode xmlns:a="${types}">a:${error.code}</faultcode>`,
    `<faultstring xml:lang="en-US">${text}</faultstring><detail>`,
    `<e:ResponseCode xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">${error.code}</e:ResponseCode>`,
    `<e:Message xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">${text}</e:Message>`,
    details === '' ? '' : `<t:MessageXml xmlns:t="${types}">${details}</t:MessageXml>`,
    '</detail></s:Fault>',
  ].join('');
  return wrap(versionHeader(version), fault);
}

function wrap(header: string, body: string): string {
  return `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="${soap}"><s:Header>${header}</s:Header><s:Body xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">${body}</s:Body></s:Envelope>`;
}

function versionHeader({ major, minor, build, revision, text }: ServerVersion): string {
  return `<h:ServerVersionInfo xmlns:h="${types}" xmlns="${types}" MajorVersion="${major}" MinorVersion="${minor}" MajorBuildNumber="${build}" MinorBuildNumber="${revision}"${text === '' ? '' : ` Version="${text}"`}/>`;
}

/** The prefixes, declared on the outermost element of a message. */
const declarations = ` xmlns:m="${messages}" xmlns:t="${types}"`;
