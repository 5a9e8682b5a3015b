import type { ActType } from './act-type.ts';
import { appointmentType } from './map-appointment.ts';
import { contactType } from './map-contact.ts';
import { seriesType } from './map-series.ts';
import { taskType } from './map-task.ts';

/** Every kind of record that is synchronised, in the order in which a cycle takes them; the first of a folder takes its new items. */
export const actTypes: readonly ActType[] = [
  appointmentType,
  seriesType,
  contactType,
  taskType('task'),
  taskType('phonecall'),
  taskType('letter'),
  taskType('fax'),
];
