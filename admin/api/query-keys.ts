/** Whether a query shows rows of a table: keys are `['rows', table, path]` and `['function', tables, call]`. */
export function isAbout(key: readonly unknown[], table: string): boolean {
  return typeof key[1] === 'string' && key[1].split(',').includes(table);
}
