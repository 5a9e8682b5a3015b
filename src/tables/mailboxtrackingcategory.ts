import { dateTime, guid, integer, lookup, owner, text, toOne } from './column.ts';
import type { TableDefinition } from './table-definition.ts';

/** MailboxTrackingCategory: type code 9609. */
export const mailboxtrackingcategoryTable = {
  logicalName: 'mailboxtrackingcategory',
  schemaName: 'MailboxTrackingCategory',
  entitySetName: 'mailboxtrackingcategories',
  objectTypeCode: 9609,
  primaryId: 'mailboxtrackingcategoryid',
  primaryName: undefined,
  ownership: 'UserOwned',
  columns: {
    categoryonboardingstatus: integer('CategoryOnboardingStatus', { min: 0 }),
    createdon: dateTime('CreatedOn', { access: 'R' }),
    exchangecategorycolor: integer('ExchangeCategoryColor', { min: 0, max: 25 }),
    exchangecategoryid: guid('ExchangeCategoryId'),
    exchangecategoryname: text('ExchangeCategoryName', 512),
    mailboxid: lookup('MailboxId', ['organization']),
    mailboxtrackingcategoryid: guid('MailboxTrackingCategoryId', { access: 'CR' }),
    modifiedon: dateTime('ModifiedOn', { access: 'R' }),
    ownerid: owner('OwnerId', ['systemuser', 'team']),
    owningbusinessunit: lookup('OwningBusinessUnit', ['businessunit'], { access: 'R' }),
    owningteam: lookup('OwningTeam', ['team'], { access: 'R' }),
    owninguser: lookup('OwningUser', ['systemuser'], { access: 'R' }),
  },
  relationships: [
    toOne('organization_mailboxtrackingcategory_mailboxid', 'organization', 'mailboxid', 'mailboxid'),
    toOne('businessunit_mailboxtrackingcategory_owningbusinessunit', 'businessunit', 'owningbusinessunit', 'owningbusinessunit'),
    toOne('team_mailboxtrackingcategory_owningteam', 'team', 'owningteam', 'owningteam'),
    toOne('systemuser_mailboxtrackingcategory_owninguser', 'systemuser', 'owninguser', 'owninguser'),
  ],
} as const satisfies TableDefinition;
