/** A value as JSON has it; equal values have equal JSON texts, so a field's absence is always null. */
export type FieldValue =
  | null
  | boolean
  | number
  | string
  | readonly FieldValue[]
  | { readonly [key: string]: FieldValue };

/** Fields of one item or record by name (FM-03: a computed field is one value), in the one form that both sides are brought to. */
export type FieldBag = Readonly<Record<string, FieldValue>>;

/** `Low`, `Normal`, `High` (FM-S4). */
export type ActImportance = 'low' | 'normal' | 'high';

/** The parts of a person's name (FM-C16). */
export interface NameFields {
  readonly [part: string]: string | null;
  readonly first: string | null;
  readonly middle: string | null;
  readonly last: string | null;
  readonly title: string | null;
  readonly suffix: string | null;
}

/** A postal address; street lines are parted by line feeds (FM-C18, FM-C22, FM-C27). */
export interface AddressFields {
  readonly [part: string]: string | null;
  readonly street: string | null;
  readonly city: string | null;
  readonly state: string | null;
  readonly postalCode: string | null;
  readonly country: string | null;
}

/** When an appointment is. All-day: days `2026-03-01`, the end the day after the last, without zone. Otherwise instants in UTC as `2026-03-01T09:00:00.000Z`. */
export interface TimeFields {
  readonly [part: string]: string | boolean | null;
  readonly start: string;
  readonly end: string;
  readonly isAllDay: boolean;
  /** IANA name of the zone that the item was made in; null where the side does not tell. Does not count when times are compared. */
  readonly zone: string | null;
}

/** A person of a meeting: smtp address in lower case, name as shown. Lists are sorted by address. */
export interface AttendeeFields {
  readonly [part: string]: string | null;
  readonly address: string;
  readonly name: string | null;
}

/** A file at an appointment (FM-A2): its name and the SHA-256 of its bytes, lower-case hexadecimal. Lists are sorted by both. */
export interface FileFields {
  readonly [part: string]: string;
  readonly name: string;
  readonly digest: string;
}

/** What is tracked about a record: which record of ours (FM-A8, FM-T6). */
export interface RegardingFields {
  readonly [part: string]: string;
  readonly table: string;
  readonly id: string;
}
