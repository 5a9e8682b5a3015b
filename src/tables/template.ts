import { bigInt, bool, dateTime, guid, integer, lookup, memo, owner, text, toOne } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** Template of emails: type code 2010. */
export const templateTable = {
  logicalName: 'template',
  schemaName: 'Template',
  entitySetName: 'templates',
  objectTypeCode: 2010,
  primaryId: 'templateid',
  primaryName: 'title',
  ownership: 'UserOwned',
  columns: {
    body: memo('Body', 1048576),
    createdby: lookup('CreatedBy', ['systemuser'], { access: 'R' }),
    createdon: dateTime('CreatedOn', { access: 'R' }),
    description: memo('Description', 100000),
    ispersonal: bool('IsPersonal', { default: false }),
    languagecode: integer('LanguageCode', { min: 0 }),
    mimetype: text('MimeType', 256),
    modifiedby: lookup('ModifiedBy', ['systemuser'], { access: 'R' }),
    modifiedon: dateTime('ModifiedOn', { access: 'R' }),
    ownerid: owner('OwnerId', ['systemuser', 'team'], { required: 'SystemRequired' }),
    owningbusinessunit: lookup('OwningBusinessUnit', ['businessunit'], { access: 'R' }),
    owningteam: lookup('OwningTeam', ['team'], { access: 'R' }),
    owninguser: lookup('OwningUser', ['systemuser'], { access: 'R' }),
    subject: memo('Subject', 100000),
    templateid: guid('TemplateId', { required: 'SystemRequired', access: 'CR' }),
    templatetypecode: text('TemplateTypeCode', 64),
    title: text('Title', 200, { required: 'ApplicationRequired' }),
    versionnumber: bigInt('VersionNumber', { access: 'R' }),
  },
  relationships: [toOne('template_owninguser', 'systemuser', 'owninguser', 'owninguser')],
} as const satisfies TableDefinition;
