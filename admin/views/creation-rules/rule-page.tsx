import { Field, Select, Tab, TabList } from '@fluentui/react-components';
import { useParams, useRouter } from '@tanstack/react-router';
import { type ApiRow, labelOf } from '../../api/api-row.ts';
import type { ShownTable } from '../../api/entity-sets.ts';
import { useRow } from '../../api/use-rows.ts';
import { reference, useWrites } from '../../api/use-writes.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { ChoiceField, FieldGrid, NumberField, SwitchField, TextField } from '../../parts/fields.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { RemoveButton } from '../../parts/remove-button.tsx';
import { SaveBar } from '../../parts/save-bar.tsx';
import { Section } from '../../parts/section.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { type Draft, useDraft } from '../../parts/use-draft.ts';
import { useUrlState } from '../../parts/use-url-state.ts';
import { creationRulesText as text } from '../../text/creation-rules.ts';
import { RecordHistory } from '../audit/record-history.tsx';
import { ItemList } from './item-list.tsx';

/** One creation rule of a queue, or a new one at `/creation-rules/new?queue=...` (QU-08). */
export function RulePage() {
  const { id } = useParams({ strict: false }) as { readonly id: string };
  return id === 'new' ? <NewRule /> : <KnownRule key={id} id={id} />;
}

const newRule = {
  mr_sourcetable: 'email',
  mr_unknownsender: 100000001,
  mr_whenregarding: 100000000,
  mr_automaticmail: 100000000,
  isActive: true,
};

function NewRule() {
  const router = useRouter();
  const writes = useWrites();
  const [queueId] = useUrlState('queue');
  const draft = useDraft(newRule);
  const save = async (changes: Readonly<Record<string, unknown>>): Promise<void> => {
    const id = await writes.create('mr_creationrule', {
      ...valuesOf({ ...newRule, ...changes }),
      'mr_QueueId@odata.bind': reference('queue', queueId),
    });
    router.history.push(`/creation-rules/${id}`);
  };
  return (
    <>
      <PageTitle title={text.newTitle} lead={text.lead}>
        <AppLink to={`/queues/${queueId}`}>{text.backToQueue}</AppLink>
      </PageTitle>
      <Section title={text.rule}>
        <RuleFields draft={draft} />
        <SaveBar draft={draft} onSave={save} label={text.create} />
      </Section>
    </>
  );
}

/** The draft's values as columns: the switch stands for the state. */
function valuesOf({ isActive, ...values }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return isActive === undefined ? values : { ...values, statecode: isActive === true ? 0 : 1 };
}

function KnownRule({ id }: { readonly id: string }) {
  const row = useRow('mr_creationrule', id, [
    'mr_creationruleid',
    'mr_name',
    'mr_description',
    'mr_sourcetable',
    'mr_unknownsender',
    'mr_whenregarding',
    'mr_closedforhours',
    'mr_automaticmail',
    'statecode',
    '_mr_queueid_value',
  ]);
  const [tab, setTab] = useUrlState('tab', 'items');
  if (row.error) return <ErrorBar error={row.error} onRetry={row.refetch} />;
  if (row.data === undefined) return <Loading />;
  const rule = row.data;
  const isActive = rule.statecode === 0;
  return (
    <>
      <PageTitle
        title={rule.mr_name ?? ''}
        lead={<StatusBadge tone={isActive ? 'good' : 'quiet'}>{isActive ? text.active : text.inactive}</StatusBadge>}
      >
        <AppLink to={`/queues/${rule._mr_queueid_value}`}>{labelOf(rule, '_mr_queueid_value')}</AppLink>
        <RemoveButton
          table="mr_creationrule"
          id={id}
          name={rule.mr_name}
          words={text.remove}
          back={`/queues/${rule._mr_queueid_value}`}
        />
      </PageTitle>
      <TabList selectedValue={tab} onTabSelect={(_event, { value }) => setTab(String(value))}>
        {Object.entries(text.tabs).map(([value, label]) => (
          <Tab key={value} value={value}>
            {label}
          </Tab>
        ))}
      </TabList>
      {tab === 'items' && <ItemList ruleId={id} source={(rule.mr_sourcetable ?? 'email') as ShownTable} />}
      {tab === 'rule' && <RuleForm key={id} rule={rule} id={id} />}
      {tab === 'history' && <RecordHistory id={id} />}
    </>
  );
}

interface RuleProps {
  readonly rule: ApiRow<'mr_creationrule'>;
  readonly id: string;
}

function RuleForm({ rule, id }: RuleProps) {
  const writes = useWrites();
  const draft = useDraft({ ...rule, isActive: rule.statecode === 0 });
  return (
    <Section title={text.rule}>
      <RuleFields draft={draft} />
      <SaveBar
        draft={draft}
        onSave={(changes) => writes.update('mr_creationrule', id, valuesOf(changes), rule['@odata.etag'])}
      />
    </Section>
  );
}

function RuleFields({ draft }: { readonly draft: Draft }) {
  const { fields } = text;
  const source = String(draft.read('mr_sourcetable') ?? 'email');
  const sources = { ...(source in text.sources ? {} : { [source]: source }), ...text.sources };
  const closedOnly = draft.read('mr_whenregarding') === 100000001;
  return (
    <FieldGrid>
      <TextField draft={draft} name="mr_name" label={fields.name} isRequired />
      <Field label={fields.source} required>
        <Select value={source} onChange={(_event, { value }) => draft.set('mr_sourcetable', value)}>
          {Object.entries(sources).map(([table, label]) => (
            <option key={table} value={table}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      <ChoiceField draft={draft} name="mr_unknownsender" label={fields.unknownSender} options={text.unknownSenders} />
      <ChoiceField draft={draft} name="mr_automaticmail" label={fields.automatic} options={text.automatics} />
      <ChoiceField draft={draft} name="mr_whenregarding" label={fields.whenRegarding} options={text.whenRegardings} />
      {closedOnly && <NumberField draft={draft} name="mr_closedforhours" label={fields.closedFor} min={0} />}
      <SwitchField draft={draft} name="isActive" label={fields.active} hint={fields.activeHint} />
      <TextField draft={draft} name="mr_description" label={fields.description} isLong />
    </FieldGrid>
  );
}
