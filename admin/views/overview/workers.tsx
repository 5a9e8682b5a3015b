import { Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow } from '@fluentui/react-components';
import type { Overview } from '../../api/overview.ts';
import { Section } from '../../parts/section.tsx';
import { When } from '../../parts/when.tsx';
import { overviewText } from '../../text/overview.ts';

const text = overviewText.workers;

/** The processes that work on mailboxes at this moment. */
export function Workers({ workers }: { readonly workers: Overview['Workers'] }) {
  return (
    <Section title={text.title} lead={workers.length === 0 ? text.idle : text.lead}>
      {workers.length > 0 && (
        <Table size="small" aria-label={text.title}>
          <TableHeader>
            <TableRow>
              <TableHeaderCell>{text.name}</TableHeaderCell>
              <TableHeaderCell>{text.turns}</TableHeaderCell>
              <TableHeaderCell>{text.until}</TableHeaderCell>
              <TableHeaderCell>{text.expired}</TableHeaderCell>
            </TableRow>
          </TableHeader>
          <TableBody>
            {workers.map((worker) => (
              <TableRow key={worker.Name}>
                <TableCell>{worker.Name}</TableCell>
                <TableCell>{worker.Turns}</TableCell>
                <TableCell>
                  <When value={worker.LeaseUntil} />
                </TableCell>
                <TableCell>{worker.Expired}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
    </Section>
  );
}
