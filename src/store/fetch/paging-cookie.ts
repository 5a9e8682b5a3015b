/** The paging cookie of FetchXML after a page, in the form of Dataverse's, with the store's continuation in it. */
export function writePagingCookie(page: number, after: string): string {
  return `<cookie page="${page}"><mr_after last="${after}" /></cookie>`;
}

/** The page a cookie comes from and the continuation it holds; undefined for a cookie that is none of ours. */
export function readPagingCookie(text: string): { readonly page: number; readonly after: string } | undefined {
  const shape = /^\s*<cookie page="(\d{1,9})"><mr_after last="([\w-]+)" \/><\/cookie>\s*$/.exec(text);
  return shape?.[2] === undefined ? undefined : { page: Number(shape[1]), after: shape[2] };
}
