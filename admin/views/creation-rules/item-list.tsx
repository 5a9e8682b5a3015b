import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import type { ApiRow } from '../../api/api-row.ts';
import type { ShownTable } from '../../api/entity-sets.ts';
import { useRows } from '../../api/use-rows.ts';
import { reference, useWrites } from '../../api/use-writes.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { ErrorBar } from '../../parts/error-bar.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { creationRulesText as text } from '../../text/creation-rules.ts';
import { ItemForm } from './item-form.tsx';

type Item = ApiRow<'mr_creationruleitem'>;

const useStyles = makeStyles({
  quiet: { color: tokens.colorNeutralForeground2 },
  code: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200 },
  buttons: { display: 'flex', flexWrap: 'wrap', gap: '8px' },
});

/** Orders of items are apart by this, so that one can come between. */
const step = 10;

/** The items of a creation rule in their order, with an editor. */
export function ItemList({ ruleId, source }: { readonly ruleId: string; readonly source: ShownTable }) {
  const styles = useStyles();
  const writes = useWrites();
  const [edited, setEdited] = useState<string>();
  const rows = useRows({
    table: 'mr_creationruleitem',
    select: [
      'mr_creationruleitemid',
      'mr_name',
      'mr_order',
      'mr_filter',
      'mr_targettable',
      'mr_mapping',
      'mr_setsregarding',
    ],
    filter: `_mr_creationruleid_value eq ${ruleId}`,
    orderBy: 'mr_order,createdon',
    top: 200,
  });
  const found = rows.data?.value ?? [];
  const item = found.find((one) => one.mr_creationruleitemid === edited);
  const save = async (values: Readonly<Record<string, unknown>>): Promise<void> => {
    if (item?.mr_creationruleitemid) await writes.update('mr_creationruleitem', item.mr_creationruleitemid, values);
    else
      await writes.create('mr_creationruleitem', {
        ...values,
        'mr_CreationRuleId@odata.bind': reference('mr_creationrule', ruleId),
      });
    setEdited(undefined);
  };
  return (
    <Section
      title={text.items}
      lead={text.itemsLead}
      actions={<Button onClick={() => setEdited('new')}>{text.addItem}</Button>}
    >
      {rows.error && <ErrorBar error={rows.error} onRetry={rows.refetch} />}
      {rows.isPending && <Loading />}
      {edited !== undefined && (edited === 'new' || item) && (
        <ItemForm
          key={edited}
          item={item}
          source={source}
          order={(found.at(-1)?.mr_order ?? 0) + step}
          onSave={save}
          onCancel={() => setEdited(undefined)}
        />
      )}
      {rows.data && found.length === 0 && edited === undefined && <Text className={styles.quiet}>{text.noItems}</Text>}
      {found.length > 0 && (
        <PlainTable
          label={text.items}
          rows={found}
          keyOf={(one) => one.mr_creationruleitemid ?? ''}
          columns={[
            { name: text.columns.order, width: '70px', show: (one) => one.mr_order ?? 0, isMinor: true },
            { name: text.columns.name, show: (one) => one.mr_name ?? '' },
            {
              name: text.columns.condition,
              show: (one) =>
                one.mr_filter ? <span className={styles.code}>{one.mr_filter}</span> : <em>{text.always}</em>,
            },
            {
              name: text.columns.target,
              width: '130px',
              show: (one) => text.item.targets[one.mr_targettable ?? ''] ?? one.mr_targettable ?? '',
              isMinor: true,
            },
            {
              name: text.edit,
              width: '190px',
              show: (one: Item) => (
                <div className={styles.buttons}>
                  <Button size="small" onClick={() => setEdited(one.mr_creationruleitemid ?? '')}>
                    {text.edit}
                  </Button>
                  <ConfirmButton
                    size="small"
                    label={text.removeItem.label}
                    title={text.removeItem.title}
                    action={text.removeItem.label}
                    names={[one.mr_name ?? '']}
                    onConfirm={() => writes.remove('mr_creationruleitem', one.mr_creationruleitemid ?? '')}
                  >
                    {text.removeItem.sentence}
                  </ConfirmButton>
                </div>
              ),
            },
          ]}
        />
      )}
    </Section>
  );
}
