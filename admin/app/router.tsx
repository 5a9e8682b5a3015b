import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { BrokenPage } from './broken-page.tsx';
import { Frame } from './frame.tsx';
import { NotFoundPage } from './not-found-page.tsx';
import { type PageDefinition, pages } from './pages.ts';

/** The router over all pages, each loaded when first opened. */
export function createPageRouter() {
  const root = createRootRoute({ component: Frame, notFoundComponent: NotFoundPage, errorComponent: BrokenPage });
  const routeOf = ({ path, load }: PageDefinition) =>
    createRoute({
      getParentRoute: () => root,
      path,
      validateSearch: (search: Record<string, unknown>) => search,
      component: lazyRouteComponent(async () => ({ default: await load() })),
      errorComponent: BrokenPage,
    });
  return createRouter({
    routeTree: root.addChildren(pages.map(routeOf)),
    defaultPreload: false,
    scrollRestoration: true,
  });
}
