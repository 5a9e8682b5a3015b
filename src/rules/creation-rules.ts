import { catalog, findTable, type RecordOf } from '../tables/catalog.ts';
import { RecordState } from '../tables/choices.ts';
import { refuse } from './refuse.ts';
import type { RuleContext, TableRules } from './table-rules.ts';

type Rule = RecordOf<'mr_creationrule'>;
type Item = RecordOf<'mr_creationruleitem'>;

/** What a write to a creation rule entails: a source that can be in queues, and one active rule a queue and source (QU-08). */
export const creationRuleRules: TableRules<'mr_creationrule'> = {
  async beforeCreate(context, values) {
    const rule = { mr_sourcetable: 'email', statecode: RecordState.active, ...values };
    await check(context, rule, undefined);
    return rule;
  },
  async beforeUpdate(context, id, before, values) {
    await check(context, { ...before, ...values }, id);
    return values;
  },
};

/** What a write to an item of a creation rule entails: a target that exists and a mapping in the form of a record (QU-08). */
export const creationRuleItemRules: TableRules<'mr_creationruleitem'> = {
  async beforeCreate(_context, values) {
    checkItem(values);
    return values;
  },
  async beforeUpdate(_context, _id, before, values) {
    checkItem({ ...before, ...values });
    return values;
  },
};

async function check(context: RuleContext, rule: Rule, id: string | undefined): Promise<void> {
  const sources: readonly string[] = catalog.queueitem.columns.objectid.targets;
  const source = rule.mr_sourcetable ?? '';
  if (!sources.includes(source) || !Object.hasOwn(catalog, source) || source === 'activitypointer')
    refuse(
      '80040203',
      `mr_sourcetable is "${source.slice(0, 64)}"; only activities come into queues. Give email, task or the like.`,
    );
  if (rule.statecode !== RecordState.active || !rule.mr_queueid) return;
  const others = await context.records.retrieveMultiple({
    table: 'mr_creationrule',
    columns: ['mr_name'],
    filter: {
      and: [
        { column: 'mr_queueid', operator: 'eq', value: rule.mr_queueid.id },
        { column: 'mr_sourcetable', operator: 'eq', value: source },
        { column: 'statecode', operator: 'eq', value: RecordState.active },
        ...(id === undefined ? [] : [{ column: 'mr_creationruleid', operator: 'ne', value: id } as const]),
      ],
    },
    limit: 1,
  });
  const other = others.rows[0];
  if (other !== undefined)
    refuse(
      'mr_RuleExists',
      `The queue has the active rule "${other.mr_name}" for ${source} already. Deactivate that one first, or add an item to it.`,
    );
}

function checkItem(item: Item): void {
  const target = item.mr_targettable ?? '';
  if (findTable(target) === undefined || !creatable.has(target))
    refuse(
      '80040203',
      `mr_targettable is "${target.slice(0, 64)}", of which a rule can make no record. Give one of ${[...creatable].join(', ')}.`,
    );
  const mapping = parsed(item.mr_mapping ?? '');
  if (typeof mapping !== 'object' || mapping === null || Array.isArray(mapping))
    refuse(
      '80040203',
      'mr_mapping must be a JSON object of the new record\'s columns, such as {"subject": "{subject}"}. Correct it.',
    );
}

const creatable: ReadonlySet<string> = new Set(catalog.queueitem.columns.mr_createdrecordid.targets);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
