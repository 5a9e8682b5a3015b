import { metadataEnums, metadataSets, metadataTypes } from './metadata-types.ts';

/** The types of metadata in CSDL (OData CSDL 4.0): enumerations, complex and entity types. */
export function metadataSchema(): readonly string[] {
  const enums = Object.entries(metadataEnums).map(([name, members]) => {
    const list = members.map(([member, value]) => `<Member Name="${member}" Value="${value}" />`).join('');
    return `<EnumType Name="${name}">${list}</EnumType>`;
  });
  const types = Object.entries(metadataTypes).map(([name, { kind, base, isAbstract, properties, navigation = {} }]) => {
    const tag = kind === 'entity' ? 'EntityType' : 'ComplexType';
    const from = base === undefined ? '' : ` BaseType="mscrm.${base}"`;
    const key = name === 'MetadataBase' ? '<Key><PropertyRef Name="MetadataId" /></Key>' : '';
    const members = Object.entries(properties).map(([property, type]) => {
      const isId = name === 'MetadataBase' && property === 'MetadataId';
      const scale = type === 'Edm.Decimal' ? ' Scale="Variable"' : '';
      return `<Property Name="${property}" Type="${type}"${isId ? ' Nullable="false"' : ''}${scale} />`;
    });
    const ways = Object.entries(navigation).map(
      ([property, type]) => `<NavigationProperty Name="${property}" Type="${type}" ContainsTarget="true" />`,
    );
    const shape = isAbstract ? ' Abstract="true"' : '';
    return `<${tag} Name="${name}"${from}${shape}>${key}${members.join('')}${ways.join('')}</${tag}>`;
  });
  return [...enums, ...types];
}

/** The entity sets of metadata in CSDL. */
export function metadataEntitySets(): readonly string[] {
  return Object.entries(metadataSets).map(([name, type]) => `<EntitySet Name="${name}" EntityType="mscrm.${type}" />`);
}
