import {
  Button,
  makeStyles,
  mergeClasses,
  NavDrawer,
  NavDrawerBody,
  NavItem,
  NavSectionHeader,
  Text,
  tokens,
} from '@fluentui/react-components';
import { NavigationRegular } from '@fluentui/react-icons/svg/navigation';
import { Outlet, useLocation, useRouter } from '@tanstack/react-router';
import { Suspense, useEffect, useState } from 'react';
import { useApi } from '../api/api-context.tsx';
import { Loading } from '../parts/loading.tsx';
import { useIsNarrow } from '../parts/use-is-narrow.ts';
import { shellText } from '../text/shell.ts';
import { type PageGroup, pages } from './pages.ts';
import { UserMenu } from './user-menu.tsx';

const useStyles = makeStyles({
  page: { display: 'flex', flexDirection: 'column', height: '100vh', backgroundColor: tokens.colorNeutralBackground2 },
  skip: {
    position: 'absolute',
    left: '-9999px',
    ':focus': { left: '8px', top: '8px', zIndex: 10, padding: '8px', backgroundColor: tokens.colorNeutralBackground1 },
  },
  header: {
    display: 'flex',
    alignItems: 'center',
    gap: '8px',
    padding: '0 12px',
    minHeight: '48px',
    color: tokens.colorNeutralForegroundOnBrand,
    backgroundColor: tokens.colorBrandBackground,
  },
  onBrand: { color: tokens.colorNeutralForegroundOnBrand },
  grow: { flexGrow: 1 },
  body: { display: 'flex', flexGrow: 1, minHeight: 0 },
  drawer: { minWidth: '220px', maxWidth: '220px' },
  main: { flexGrow: 1, minWidth: 0, overflow: 'auto', padding: '20px 28px 40px', outlineStyle: 'none' },
  mainNarrow: { padding: '12px 12px 32px' },
  inner: { maxWidth: '1400px', display: 'flex', flexDirection: 'column', gap: '16px' },
});

/** The frame around every page: head, navigation, content. */
export function Frame() {
  const styles = useStyles();
  const isNarrow = useIsNarrow();
  const [isOpen, setOpen] = useState(false);
  const { pathname } = useLocation();
  useEffect(() => {
    if (pathname !== '') setOpen(false);
  }, [pathname]);
  return (
    <div className={styles.page}>
      <a className={styles.skip} href="#content">
        {shellText.skip}
      </a>
      <header className={styles.header}>
        {isNarrow && (
          <Button
            appearance="transparent"
            className={styles.onBrand}
            icon={<NavigationRegular className={styles.onBrand} />}
            aria-label={isOpen ? shellText.closeNavigation : shellText.openNavigation}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          />
        )}
        <Text weight="semibold" size={400} className={styles.grow}>
          {shellText.product}
        </Text>
        <UserMenu />
      </header>
      <div className={styles.body}>
        <Navigation isNarrow={isNarrow} isOpen={isOpen} onClose={() => setOpen(false)} />
        <main id="content" tabIndex={-1} className={mergeClasses(styles.main, isNarrow && styles.mainNarrow)}>
          <div className={styles.inner}>
            <Suspense fallback={<Loading />}>
              <Outlet />
            </Suspense>
          </div>
        </main>
      </div>
    </div>
  );
}

function Navigation({
  isNarrow,
  isOpen,
  onClose,
}: {
  readonly isNarrow: boolean;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}) {
  const styles = useStyles();
  const { session } = useApi();
  const router = useRouter();
  const { pathname } = useLocation();
  const selected = pages
    .filter(({ path, nav }) => nav && (path === '/' ? pathname === '/' : pathname.startsWith(path)))
    .at(-1);
  const groups = Object.keys(shellText.groups) as PageGroup[];
  const shown = pages.filter(({ nav }) => nav && (session.isAdministrator || !nav.forAdministrators));
  return (
    <NavDrawer
      type={isNarrow ? 'overlay' : 'inline'}
      open={isNarrow ? isOpen : true}
      onOpenChange={(_event, { open }) => {
        if (!open) onClose();
      }}
      selectedValue={selected?.path ?? ''}
      className={styles.drawer}
      aria-label={shellText.navigation}
    >
      <NavDrawerBody>
        {groups.map((group) => {
          const members = shown.filter(({ nav }) => nav?.group === group);
          if (members.length === 0) return null;
          return [
            <NavSectionHeader key={group}>{shellText.groups[group]}</NavSectionHeader>,
            ...members.map(({ path, nav }) => (
              <NavItem
                key={path}
                as="a"
                href={path}
                value={path}
                icon={nav && <nav.icon fontSize={20} />}
                onClick={(event) => {
                  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                  event.preventDefault();
                  router.history.push(path);
                }}
              >
                {nav?.label}
              </NavItem>
            )),
          ];
        })}
      </NavDrawerBody>
    </NavDrawer>
  );
}
