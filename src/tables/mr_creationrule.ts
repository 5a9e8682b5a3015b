import { bigInt, choice, dateTime, guid, integer, lookup, memo, owner, state, status, text, toOne } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** When something comes into a queue, a record is made of it: which queue, in whose name, and in which cases not (QU-08). */
export const mr_creationruleTable = {
  logicalName: 'mr_creationrule',
  schemaName: 'mr_CreationRule',
  entitySetName: 'mr_creationrules',
  objectTypeCode: 10104,
  primaryId: 'mr_creationruleid',
  primaryName: 'mr_name',
  ownership: 'UserOwned',
  columns: {
    mr_creationruleid: guid('mr_CreationRuleId', { required: 'SystemRequired', access: 'CR' }),
    mr_name: text('mr_Name', 200, { required: 'ApplicationRequired' }),
    mr_description: memo('mr_Description', 2000),
    mr_queueid: lookup('mr_QueueId', ['queue'], { required: 'ApplicationRequired' }),
    mr_sourcetable: text('mr_SourceTable', 64, { default: 'email' }),
    mr_unknownsender: choice(
      'mr_UnknownSender',
      [
        [100000000, 'Make no record'],
        [100000001, 'Make a record all the same'],
        [100000002, 'Make a contact first'],
        [100000003, 'Make a lead first'],
      ],
      { default: 100000001 },
    ),
    mr_whenregarding: choice(
      'mr_WhenRegarding',
      [
        [100000000, 'Make no record'],
        [100000001, 'Make one when that record is closed'],
        [100000002, 'Make one all the same'],
      ],
      { default: 100000000 },
    ),
    mr_closedforhours: integer('mr_ClosedForHours', { min: 0, max: 87600, default: 0 }),
    mr_automaticmail: choice(
      'mr_AutomaticMail',
      [
        [100000000, 'Make no record'],
        [100000001, 'Make a record all the same'],
      ],
      { default: 100000000 },
    ),
    statecode: state(
      'StateCode',
      [
        [0, 'Active'],
        [1, 'Inactive'],
      ],
      { required: 'SystemRequired', default: 0 },
    ),
    statuscode: status(
      'StatusCode',
      [
        [1, 'Active', 0],
        [2, 'Inactive', 1],
      ],
      { default: 1 },
    ),
    ownerid: owner('OwnerId', ['systemuser', 'team'], { required: 'SystemRequired' }),
    createdby: lookup('CreatedBy', ['systemuser'], { access: 'R' }),
    createdon: dateTime('CreatedOn', { access: 'R' }),
    modifiedby: lookup('ModifiedBy', ['systemuser'], { access: 'R' }),
    modifiedon: dateTime('ModifiedOn', { access: 'R' }),
    versionnumber: bigInt('VersionNumber', { access: 'R' }),
  },
  relationships: [toOne('mr_queue_creationrules', 'queue', 'mr_queueid', 'mr_QueueId'), toOne('mr_owner_creationrules', 'systemuser', 'ownerid', 'ownerid')],
  indexes: [{ columns: ['mr_queueid', 'mr_sourcetable'], unique: true, where: 'statecode = 0' }],
} as const satisfies TableDefinition;
