import { refuse } from './refuse.ts';
import type { TableRules } from './table-rules.ts';

/** The organisation is one row; a former token prefix stays recognised (CO-17). */
export const organizationRules: TableRules<'organization'> = {
  async beforeCreate() {
    refuse('80040203', 'The organisation exists already and is the only one. Change its row instead.');
  },
  async beforeUpdate(_context, _id, before, values) {
    const former = before.trackingprefix || 'CRM:';
    if (!values.trackingprefix || values.trackingprefix === former) return values;
    if (!/^[\x21-\x7e]{1,20}$/.test(values.trackingprefix)) {
      refuse(
        '80040203',
        `The tracking token prefix "${values.trackingprefix}" is not usable. Enter 1 to 20 visible ASCII characters without a space.`,
      );
    }
    const history = new Set(
      [...(before.mr_trackingprefixhistory ?? '').split('\n'), former].filter(
        (prefix) => prefix !== '' && prefix !== values.trackingprefix,
      ),
    );
    return { ...values, mr_trackingprefixhistory: [...history].join('\n') };
  },
  async beforeDelete() {
    refuse('mr_NotDeletable', 'The organisation cannot be deleted. Change its row instead.');
  },
};
