import { QueryType } from '../../../src/tables/choices.ts';
import { allOf } from '../../api/odata.ts';

/** Whose filters: a user's own, those that hold for everybody, those that new users get. */
export type FilterKind = 'own' | 'everybody' | 'templates';

/** Where the filters of a kind are kept. */
export const filterTables = { own: 'userquery', everybody: 'savedquery', templates: 'savedquery' } as const;

/** `querytype` of the filters of a kind. */
export const filterTypes: Readonly<Record<FilterKind, number>> = {
  own: QueryType.outlookFilter,
  everybody: QueryType.outlookFilter,
  templates: QueryType.outlookTemplate,
};

/** The condition that finds the filters of a kind. */
export function filtersWhere(kind: FilterKind, userId: string): string | undefined {
  return allOf(`querytype eq ${filterTypes[kind]}`, kind === 'own' ? `_ownerid_value eq ${userId}` : undefined);
}

const active = (table: string, more: string): string =>
  `<fetch><entity name="${table}"><filter><condition attribute="statecode" operator="in"><value>0</value>${
    isMeeting(table) ? '<value>3</value>' : ''
  }</condition>${more}</filter></entity></fetch>`;

/** Appointments are open or scheduled. */
const isMeeting = (table: string): boolean => table === 'appointment' || table === 'recurringappointmentmaster';

/** What a new filter may begin with. */
export const filterStarts = {
  active: (table: string): string => active(table, ''),
  mine: (table: string): string => active(table, '<condition attribute="ownerid" operator="eq-userid"/>'),
} as const;
