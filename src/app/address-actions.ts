import { MailroomError } from '../base/errors.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import type { ActionHandlers } from '../webapi/actions.ts';
import { resolveOneAddress } from './address-resolution.ts';

/** Messages about addresses that nobody has. */
export const addressActions: ActionHandlers<RuledStore> = {
  mr_ResolveAddress: async (context, _bound, parameters) => {
    const { Address, Target, CreateAs, Name, KeepAddress } = parameters;
    const named = Target === undefined ? undefined : await context.readRecord(Target);
    if (named !== undefined && named.id === undefined)
      throw problem('Target must name an existing record by its id. To make a new one, give CreateAs.');
    if (CreateAs !== undefined && CreateAs !== 'contact' && CreateAs !== 'lead')
      throw problem(`CreateAs is "${String(CreateAs).slice(0, 50)}". Give contact or lead.`);
    if ((named === undefined) === (CreateAs === undefined)) throw problem('Give either Target or CreateAs.');
    const { record, resolved } = await resolveOneAddress(context.records, {
      address: String(Address),
      target: named === undefined ? undefined : { table: named.table, id: named.id ?? '' },
      create: CreateAs === undefined ? undefined : { table: CreateAs, name: String(Name ?? '') },
      keepsAddress: KeepAddress !== false,
    });
    return { RecordId: record.id, RecordType: record.table, Resolved: resolved };
  },
};

const problem = (message: string): MailroomError => new MailroomError(message, { code: '80040203', kind: 'item' });
