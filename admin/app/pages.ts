import { AlertRegular } from '@fluentui/react-icons/svg/alert';
import { HomeRegular } from '@fluentui/react-icons/svg/home';
import { MailInboxRegular } from '@fluentui/react-icons/svg/mail-inbox';
import type { ComponentType } from 'react';
import { navigationText } from '../text/navigation.ts';
import type { shellText } from '../text/shell.ts';

/** Where a page stands in the navigation. */
export type PageGroup = keyof typeof shellText.groups;

/** A page: its address (TanStack Router's pattern), its entry in the navigation if it has one, and its code, loaded when first opened. */
export interface PageDefinition {
  readonly path: string;
  readonly nav?: {
    readonly label: string;
    readonly group: PageGroup;
    readonly icon: ComponentType;
    /** Shown to administrators only. */
    readonly forAdministrators?: boolean;
  };
  readonly load: () => Promise<ComponentType>;
}

/** Every page, in the order of the navigation. */
export const pages: readonly PageDefinition[] = [
  {
    path: '/',
    nav: { label: navigationText.overview, group: 'start', icon: HomeRegular },
    load: async () => (await import('../views/overview/overview-page.tsx')).OverviewPage,
  },
  {
    path: '/alerts',
    nav: { label: navigationText.alerts, group: 'start', icon: AlertRegular },
    load: async () => (await import('../views/alerts/alerts-page.tsx')).AlertsPage,
  },
  {
    path: '/mailboxes',
    nav: { label: navigationText.mailboxes, group: 'set', icon: MailInboxRegular },
    load: async () => (await import('../views/mailboxes/mailboxes-page.tsx')).MailboxesPage,
  },
  {
    path: '/mailboxes/$id',
    load: async () => (await import('../views/mailboxes/mailbox-page.tsx')).MailboxPage,
  },
];
