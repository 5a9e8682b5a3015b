/** Builds the page where it is out of date. Returns false where Vite is missing (a production install). */
export function buildPage(): Promise<boolean>;
