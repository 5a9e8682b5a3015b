import { answerEach } from '../soap/answer.ts';
import type { Operation } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import { bytesOfId, type IdTarget, makeId, readId, targetOfBytes } from '../store/item-id.ts';
import { child, empty } from '../xml/xml-node.ts';

/** ConvertId: one id in the forms of EWS, MAPI and Outlook Web. */
export const convertId: Operation = (call) =>
  answerEach('ConvertId', child(call.request, 'SourceIds')?.children ?? [], (source) => {
    const { Format: format = '', Id: id = '' } = source.attributes;
    const target = readForm(id, format);
    if (target === undefined) throw new EwsError('ErrorInvalidIdMalformed');
    // The answer names the mailbox the id lies in, whatever the request took it for; some programs find their address so.
    const owner = call.world.accountNumbered(target.mailbox);
    if (owner === undefined) throw new EwsError('ErrorNonExistentMailbox');
    const wanted = call.request.attributes.DestinationFormat ?? 'EwsId';
    const attributes = { Format: wanted, Id: writeForm(target, wanted), Mailbox: owner.address };
    return [empty('AlternateId', { 'xsi:type': 't:AlternateIdType', ...attributes })];
  });

function readForm(id: string, format: string): IdTarget | undefined {
  if (format === 'EwsId' || format === 'EwsLegacyId') return readId(id);
  if (format === 'HexEntryId') return targetOfBytes(Buffer.from(id, 'hex'));
  if (format === 'OwaId') return readId(decodeURIComponent(id).replaceAll('-', '/').replaceAll('_', '+'));
  return targetOfBytes(Buffer.from(id, 'base64'));
}

function writeForm(target: IdTarget, format: string): string {
  if (format === 'HexEntryId') return bytesOfId(target).toString('hex').toUpperCase();
  if (format === 'OwaId') return encodeURIComponent(makeId(target).replaceAll('/', '-').replaceAll('+', '_'));
  return makeId(target);
}
