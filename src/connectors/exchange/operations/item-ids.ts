import { element } from '../soap/xml-writer.ts';

/** `m:ItemIds` of items named by their ids alone. */
export function itemIds(ids: readonly string[]): string {
  return element('m:ItemIds', {}, ...ids.map((id) => element('t:ItemId', { Id: id })));
}
