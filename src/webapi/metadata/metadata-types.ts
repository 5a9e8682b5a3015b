/** The types of `EntityDefinitions` and its kin (Dataverse's metadata entity data model), as `$metadata` shows them: members by name. */
export interface MetadataType {
  readonly kind: 'complex' | 'entity';
  readonly base?: string;
  readonly isAbstract?: boolean;
  readonly properties: Readonly<Record<string, string>>;
  readonly navigation?: Readonly<Record<string, string>>;
}

const text = 'Edm.String';
const flag = 'Edm.Boolean';
const whole = 'Edm.Int32';
const guid = 'Edm.Guid';
const label = 'mscrm.Label';
const managed = 'mscrm.BooleanManagedProperty';

const attribute = (
  properties: Readonly<Record<string, string>>,
  navigation?: Readonly<Record<string, string>>,
): MetadataType => ({
  kind: 'entity',
  base: 'AttributeMetadata',
  properties,
  ...(navigation === undefined ? {} : { navigation }),
});
const optionSets = { OptionSet: 'mscrm.OptionSetMetadata', GlobalOptionSet: 'mscrm.OptionSetMetadata' };

/** All of them, base types first. */
export const metadataTypes: Readonly<Record<string, MetadataType>> = {
  LocalizedLabel: {
    kind: 'complex',
    properties: { Label: text, LanguageCode: whole, IsManaged: flag, MetadataId: guid },
  },
  Label: {
    kind: 'complex',
    properties: { LocalizedLabels: 'Collection(mscrm.LocalizedLabel)', UserLocalizedLabel: 'mscrm.LocalizedLabel' },
  },
  BooleanManagedProperty: {
    kind: 'complex',
    properties: { Value: flag, CanBeChanged: flag, ManagedPropertyLogicalName: text },
  },
  AttributeRequiredLevelManagedProperty: {
    kind: 'complex',
    properties: { Value: 'mscrm.AttributeRequiredLevel', CanBeChanged: flag, ManagedPropertyLogicalName: text },
  },
  AttributeTypeDisplayName: { kind: 'complex', properties: { Value: text } },
  StringFormatName: { kind: 'complex', properties: { Value: text } },
  DateTimeBehavior: { kind: 'complex', properties: { Value: text } },
  OptionMetadata: {
    kind: 'complex',
    properties: { Value: whole, Label: label, Description: label, Color: text, IsManaged: flag, MetadataId: guid },
  },
  StateOptionMetadata: {
    kind: 'complex',
    base: 'OptionMetadata',
    properties: { DefaultStatus: whole, InvariantName: text },
  },
  StatusOptionMetadata: { kind: 'complex', base: 'OptionMetadata', properties: { State: whole } },
  CascadeConfiguration: {
    kind: 'complex',
    properties: Object.fromEntries(
      ['Assign', 'Delete', 'Merge', 'Reparent', 'Share', 'Unshare'].map((name) => [name, 'mscrm.CascadeType']),
    ),
  },
  MetadataBase: { kind: 'entity', base: 'crmbaseentity', isAbstract: true, properties: { MetadataId: guid } },
  OptionSetMetadataBase: {
    kind: 'entity',
    base: 'MetadataBase',
    isAbstract: true,
    properties: {
      Name: text,
      DisplayName: label,
      Description: label,
      IsGlobal: flag,
      IsCustomOptionSet: flag,
      OptionSetType: 'mscrm.OptionSetType',
    },
  },
  OptionSetMetadata: {
    kind: 'entity',
    base: 'OptionSetMetadataBase',
    properties: { Options: 'Collection(mscrm.OptionMetadata)' },
  },
  BooleanOptionSetMetadata: {
    kind: 'entity',
    base: 'OptionSetMetadataBase',
    properties: { TrueOption: 'mscrm.OptionMetadata', FalseOption: 'mscrm.OptionMetadata' },
  },
  AttributeMetadata: {
    kind: 'entity',
    base: 'MetadataBase',
    properties: {
      ...{ LogicalName: text, SchemaName: text, EntityLogicalName: text, AttributeType: 'mscrm.AttributeTypeCode' },
      ...{
        AttributeTypeName: 'mscrm.AttributeTypeDisplayName',
        AttributeOf: text,
        ColumnNumber: whole,
        DisplayName: label,
        Description: label,
      },
      ...{
        RequiredLevel: 'mscrm.AttributeRequiredLevelManagedProperty',
        IsPrimaryId: flag,
        IsPrimaryName: flag,
        IsCustomAttribute: flag,
      },
      ...{
        IsValidForCreate: flag,
        IsValidForRead: flag,
        IsValidForUpdate: flag,
        IsSecured: flag,
        IsLogical: flag,
        IsRetrievable: flag,
      },
      ...{ IsFilterable: flag, IsSearchable: flag, IsValidODataAttribute: flag, DeprecatedVersion: text },
      ...{ IsValidForAdvancedFind: managed, IsSortableEnabled: managed, IsAuditEnabled: managed },
    },
  },
  StringAttributeMetadata: attribute({ MaxLength: whole, Format: text, FormatName: 'mscrm.StringFormatName' }),
  MemoAttributeMetadata: attribute({ MaxLength: whole, Format: text }),
  IntegerAttributeMetadata: attribute({ MinValue: whole, MaxValue: whole, Format: text }),
  BigIntAttributeMetadata: attribute({ MinValue: 'Edm.Int64', MaxValue: 'Edm.Int64' }),
  DecimalAttributeMetadata: attribute({ MinValue: 'Edm.Decimal', MaxValue: 'Edm.Decimal', Precision: whole }),
  DoubleAttributeMetadata: attribute({ MinValue: 'Edm.Double', MaxValue: 'Edm.Double', Precision: whole }),
  MoneyAttributeMetadata: attribute({ MinValue: 'Edm.Double', MaxValue: 'Edm.Double', Precision: whole }),
  DateTimeAttributeMetadata: attribute({ Format: text, DateTimeBehavior: 'mscrm.DateTimeBehavior' }),
  LookupAttributeMetadata: attribute({ Targets: 'Collection(Edm.String)' }),
  UniqueIdentifierAttributeMetadata: attribute({}),
  EntityNameAttributeMetadata: attribute({}),
  ManagedPropertyAttributeMetadata: attribute({}),
  ImageAttributeMetadata: attribute({ MaxSizeInKB: whole }),
  FileAttributeMetadata: attribute({ MaxSizeInKB: whole }),
  BooleanAttributeMetadata: attribute(
    { DefaultValue: flag },
    { OptionSet: 'mscrm.BooleanOptionSetMetadata', GlobalOptionSet: 'mscrm.BooleanOptionSetMetadata' },
  ),
  EnumAttributeMetadata: { ...attribute({ DefaultFormValue: whole }, optionSets), isAbstract: true },
  ...Object.fromEntries(
    ['Picklist', 'State', 'Status', 'MultiSelectPicklist'].map((name): [string, MetadataType] => [
      `${name}AttributeMetadata`,
      { kind: 'entity', base: 'EnumAttributeMetadata', properties: {} },
    ]),
  ),
  EntityKeyMetadata: {
    kind: 'entity',
    base: 'MetadataBase',
    properties: {
      LogicalName: text,
      SchemaName: text,
      EntityLogicalName: text,
      DisplayName: label,
      KeyAttributes: 'Collection(Edm.String)',
    },
  },
  RelationshipMetadataBase: {
    kind: 'entity',
    base: 'MetadataBase',
    isAbstract: true,
    properties: {
      SchemaName: text,
      RelationshipType: 'mscrm.RelationshipType',
      IsCustomRelationship: flag,
      IsValidForAdvancedFind: flag,
    },
  },
  OneToManyRelationshipMetadata: {
    kind: 'entity',
    base: 'RelationshipMetadataBase',
    properties: {
      ...{ ReferencedEntity: text, ReferencedAttribute: text, ReferencingEntity: text, ReferencingAttribute: text },
      ...{ ReferencedEntityNavigationPropertyName: text, ReferencingEntityNavigationPropertyName: text },
      ...{ IsHierarchical: flag, CascadeConfiguration: 'mscrm.CascadeConfiguration' },
    },
  },
  EntityMetadata: {
    kind: 'entity',
    base: 'MetadataBase',
    properties: {
      ...{
        LogicalName: text,
        SchemaName: text,
        EntitySetName: text,
        LogicalCollectionName: text,
        CollectionSchemaName: text,
      },
      ...{
        ObjectTypeCode: whole,
        PrimaryIdAttribute: text,
        PrimaryNameAttribute: text,
        OwnershipType: 'mscrm.OwnershipTypes',
      },
      ...{ DisplayName: label, DisplayCollectionName: label, Description: label, TableType: text },
      ...{
        IsActivity: flag,
        IsActivityParty: flag,
        IsIntersect: flag,
        IsCustomEntity: flag,
        IsPrivate: flag,
        IsValidForAdvancedFind: flag,
      },
      ...{ HasActivities: flag, HasNotes: flag, ChangeTrackingEnabled: flag, IsAuditEnabled: managed },
    },
    navigation: {
      Attributes: 'Collection(mscrm.AttributeMetadata)',
      Keys: 'Collection(mscrm.EntityKeyMetadata)',
      OneToManyRelationships: 'Collection(mscrm.OneToManyRelationshipMetadata)',
      ManyToOneRelationships: 'Collection(mscrm.OneToManyRelationshipMetadata)',
    },
  },
};

/** Members of the enumerations, from 0 on unless a number is said. */
export const metadataEnums: Readonly<Record<string, readonly (readonly [string, number])[]>> = {
  AttributeTypeCode: numbered(
    ...[
      'Boolean',
      'Customer',
      'DateTime',
      'Decimal',
      'Double',
      'Integer',
      'Lookup',
      'Memo',
      'Money',
      'Owner',
      'PartyList',
      'Picklist',
    ],
    ...[
      'State',
      'Status',
      'String',
      'Uniqueidentifier',
      'CalendarRules',
      'Virtual',
      'BigInt',
      'ManagedProperty',
      'EntityName',
    ],
  ),
  AttributeRequiredLevel: numbered('None', 'SystemRequired', 'ApplicationRequired', 'Recommended'),
  OptionSetType: numbered('Picklist', 'State', 'Status', 'Boolean'),
  OwnershipTypes: [
    ['None', 0],
    ['UserOwned', 1],
    ['TeamOwned', 2],
    ['BusinessOwned', 4],
    ['OrganizationOwned', 8],
    ['BusinessParented', 16],
  ],
  RelationshipType: numbered('OneToManyRelationship', 'ManyToManyRelationship'),
  CascadeType: numbered('NoCascade', 'Cascade', 'Active', 'UserOwned', 'RemoveLink', 'Restrict'),
};

/** Entity sets of metadata with their type. */
export const metadataSets: Readonly<Record<string, string>> = {
  EntityDefinitions: 'EntityMetadata',
  GlobalOptionSetDefinitions: 'OptionSetMetadataBase',
  RelationshipDefinitions: 'RelationshipMetadataBase',
};

function numbered(...names: readonly string[]): readonly (readonly [string, number])[] {
  return names.map((name, index) => [name, index]);
}
