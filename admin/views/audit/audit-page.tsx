import { MessageBar, MessageBarBody } from '@fluentui/react-components';
import { useState } from 'react';
import { useRows } from '../../api/use-rows.ts';
import { PageTitle } from '../../parts/page-title.tsx';
import type { ListFilter } from '../../parts/record-list.tsx';
import { auditText as text } from '../../text/audit.ts';
import { type AuditQuestion, conditionOf } from './audit-question.ts';
import { AuditSearch } from './audit-search.tsx';
import { ChangeList } from './change-list.tsx';

const tables: ListFilter = {
  name: 'table',
  label: text.filterTable,
  options: [
    { value: 'all', label: text.everyTable, condition: undefined },
    ...Object.entries(text.tables).map(([table, label]) => ({
      value: table,
      label,
      condition: `objecttypecode eq '${table}'`,
    })),
  ],
};

/** Everything that was changed, by whom. */
export function AuditPage() {
  const [search, setSearch] = useState<AuditQuestion>({});
  const where = conditionOf(search);
  const rows = useRows({ table: 'organization', select: ['organizationid', 'isauditenabled'], top: 1 });
  return (
    <>
      <PageTitle title={text.title} lead={text.lead} />
      {rows.data?.value[0]?.isauditenabled === false && (
        <MessageBar intent="warning">
          <MessageBarBody>{text.off}</MessageBarBody>
        </MessageBar>
      )}
      <AuditSearch search={search} onChange={setSearch} />
      <ChangeList key={where} where={where} filters={[tables]} />
    </>
  );
}
