import { type ExtendedName, extendedPath } from '../soap/extended-property.ts';
import { element } from '../soap/xml-writer.ts';
import { recordProperty } from './item-stamp.ts';

/** `t:IsEqualTo` of items that carry a record's id (AC-21). */
export function recordRestriction(recordId: string): string {
  return equalTo(extendedPath(recordProperty), recordId);
}

/** PidLidCleanGlobalObjectId (MS-OXOCAL 2.2.1.28). */
const cleanGlobalObjectId: ExtendedName = { set: 'Meeting', id: 0x23 };

/** `t:IsEqualTo` of the items of a meeting, by its clean GlobalObjectId in hexadecimal (AA-42). */
export function meetingRestriction(meetingId: string): string {
  const path = extendedPath(cleanGlobalObjectId).replace('"String"', '"Binary"');
  return equalTo(path, Buffer.from(meetingId, 'hex').toString('base64'));
}

function equalTo(path: string, value: string): string {
  return element('t:IsEqualTo', {}, path, element('t:FieldURIOrConstant', {}, element('t:Constant', { Value: value })));
}
