import { isUnlimited } from './access-rules.ts';
import { checkFilterOption } from './check-filter-option.ts';
import { refuse } from './refuse.ts';
import type { TableRules } from './table-rules.ts';

/** Personal options: one row a user, made with the user; the filter option may be locked (PO-01, PO-02). */
export const userSettingsRules: TableRules<'usersettings'> = {
  async beforeCreate() {
    refuse(
      '80040203',
      'Personal options are made with the user. Change the row whose id is the id of the user instead.',
    );
  },
  async beforeUpdate(context, _id, before, values) {
    const method = values.incomingemailfilteringmethod;
    if (method === null)
      refuse('80040203', 'incomingemailfilteringmethod cannot be empty. Choose a number from 0 to 4.');
    checkFilterOption(context, before.incomingemailfilteringmethod, method);
    const isLocked =
      context.settings.switches.mr_LockIncomingEmailFilteringMethod &&
      !isUnlimited(context.caller, 'write', 'usersettings');
    if (isLocked && method !== undefined && method !== before.incomingemailfilteringmethod) {
      refuse(
        '8005E258',
        'An administrator has locked the choice of email messages to track; incomingemailfilteringmethod cannot be changed. Ask an administrator to change it for you.',
      );
    }
    return values;
  },
  async beforeDelete() {
    refuse(
      'mr_NotDeletable',
      'Personal options cannot be deleted; they stay with the user. Change the values instead.',
    );
  },
};
