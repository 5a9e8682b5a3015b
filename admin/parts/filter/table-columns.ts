import type { Client } from '../../api/client.ts';
import { quote } from '../../api/odata.ts';
import type { ColumnKind } from './operators.ts';

/** A column that conditions can ask, as the metadata describes it. */
export interface TableColumn {
  readonly name: string;
  readonly label: string;
  readonly kind: ColumnKind;
  /** Of choices, states and yes or no: number or `true` and `false`, and label. */
  readonly options: readonly (readonly [value: string, label: string])[];
  /** Tables that a lookup leads to. */
  readonly targets: readonly string[];
}

interface Label {
  readonly UserLocalizedLabel: { readonly Label: string } | null;
}
interface Option {
  readonly Value: number;
  readonly Label: Label;
}
interface Attribute {
  readonly LogicalName: string;
  readonly AttributeType?: string;
  readonly AttributeTypeName?: { readonly Value: string };
  readonly DisplayName?: Label;
  readonly IsValidForRead?: boolean;
  readonly DeprecatedVersion?: string | null;
  readonly Targets?: readonly string[];
  readonly OptionSet?: {
    readonly Options?: readonly Option[];
    readonly TrueOption?: Option;
    readonly FalseOption?: Option;
  };
}
interface BatchAnswer {
  readonly responses: readonly { readonly status: number; readonly body: { readonly value: readonly Attribute[] } }[];
}

const kinds: Readonly<Record<string, ColumnKind>> = {
  String: 'text',
  Memo: 'text',
  EntityName: 'text',
  Integer: 'number',
  BigInt: 'number',
  Decimal: 'number',
  Double: 'number',
  Money: 'number',
  DateTime: 'date',
  Picklist: 'choice',
  State: 'choice',
  Status: 'choice',
  Boolean: 'boolean',
  Lookup: 'lookup',
  Owner: 'lookup',
  Customer: 'lookup',
  Uniqueidentifier: 'id',
};

/** Kinds of metadata whose own properties are asked for beside what all have. */
const casts = [
  ['LookupAttributeMetadata', '$select=LogicalName,Targets'],
  ...['Picklist', 'State', 'Status', 'MultiSelectPicklist', 'Boolean'].map((kind) => [
    `${kind}AttributeMetadata`,
    '$select=LogicalName&$expand=OptionSet',
  ]),
] as const;

/** The columns of a table that conditions can ask, by label. Throws ApiError. */
export async function readColumns(client: Client, table: string): Promise<readonly TableColumn[]> {
  const root = `EntityDefinitions(LogicalName=${quote(table)})/Attributes`;
  const urls = [
    `${root}?$select=LogicalName,AttributeType,AttributeTypeName,DisplayName,IsValidForRead,DeprecatedVersion`,
    ...casts.map(([type, query]) => `${root}/Microsoft.Dynamics.CRM.${type}?${query}`),
  ];
  const { responses } = await client.request<BatchAnswer>('$batch', {
    method: 'POST',
    body: { requests: urls.map((url, index) => ({ id: String(index), method: 'GET', url })) },
  });
  const [common = [], ...special] = responses.map(({ body }) => body.value ?? []);
  const more = new Map(special.flat().map((one) => [one.LogicalName, one]));
  return common
    .flatMap((one): readonly TableColumn[] => {
      const kind = kindOf(one);
      if (kind === undefined || one.IsValidForRead !== true || one.DeprecatedVersion) return [];
      const { Targets = [], OptionSet } = more.get(one.LogicalName) ?? {};
      const options = OptionSet?.Options ?? [];
      const answers = [OptionSet?.TrueOption, OptionSet?.FalseOption];
      return [
        {
          name: one.LogicalName,
          label: textOf(one.DisplayName) || one.LogicalName,
          kind,
          options:
            kind === 'boolean'
              ? answers.map((option, index) => [String(index === 0), textOf(option?.Label)] as const)
              : options.map((option) => [String(option.Value), textOf(option.Label)] as const),
          targets: Targets,
        },
      ];
    })
    .sort((a, b) => a.label.localeCompare(b.label));
}

function kindOf({ AttributeType = '', AttributeTypeName }: Attribute): ColumnKind | undefined {
  return AttributeTypeName?.Value === 'MultiSelectPicklistType' ? 'choices' : kinds[AttributeType];
}

function textOf(label: Label | undefined): string {
  return label?.UserLocalizedLabel?.Label ?? '';
}
