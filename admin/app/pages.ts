import { AlertRegular } from '@fluentui/react-icons/svg/alert';
import { ArrowSyncRegular } from '@fluentui/react-icons/svg/arrow-sync';
import { CalendarRegular } from '@fluentui/react-icons/svg/calendar';
import { HistoryRegular } from '@fluentui/react-icons/svg/history';
import { HomeRegular } from '@fluentui/react-icons/svg/home';
import { KeyRegular } from '@fluentui/react-icons/svg/key';
import { MailRegular } from '@fluentui/react-icons/svg/mail';
import { MailInboxRegular } from '@fluentui/react-icons/svg/mail-inbox';
import { PeopleTeamRegular } from '@fluentui/react-icons/svg/people-team';
import { PersonRegular } from '@fluentui/react-icons/svg/person';
import { PersonMailRegular } from '@fluentui/react-icons/svg/person-mail';
import { PlugConnectedRegular } from '@fluentui/react-icons/svg/plug-connected';
import { RocketRegular } from '@fluentui/react-icons/svg/rocket';
import { ServerRegular } from '@fluentui/react-icons/svg/server';
import { SettingsRegular } from '@fluentui/react-icons/svg/settings';
import { ShieldErrorRegular } from '@fluentui/react-icons/svg/shield-error';
import { ShieldPersonRegular } from '@fluentui/react-icons/svg/shield-person';
import { TrayItemAddRegular } from '@fluentui/react-icons/svg/tray-item-add';
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
    readonly icon: ComponentType<{ readonly fontSize?: number }>;
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
    path: '/first-start',
    nav: { label: navigationText.firstStart, group: 'start', icon: RocketRegular, forAdministrators: true },
    load: async () => (await import('../views/first-start/first-start-page.tsx')).FirstStartPage,
  },
  {
    path: '/alerts',
    nav: { label: navigationText.alerts, group: 'start', icon: AlertRegular },
    load: async () => (await import('../views/alerts/alerts-page.tsx')).AlertsPage,
  },
  {
    path: '/emails',
    nav: { label: navigationText.emails, group: 'mail', icon: MailRegular },
    load: async () => (await import('../views/emails/emails-page.tsx')).EmailsPage,
  },
  { path: '/emails/new', load: async () => (await import('../views/emails/compose-page.tsx')).ComposePage },
  { path: '/emails/$id', load: async () => (await import('../views/emails/email-page.tsx')).EmailPage },
  {
    path: '/quarantine',
    nav: { label: navigationText.quarantine, group: 'mail', icon: ShieldErrorRegular, forAdministrators: true },
    load: async () => (await import('../views/quarantine/quarantine-page.tsx')).QuarantinePage,
  },
  {
    path: '/quarantine/$id',
    load: async () => (await import('../views/quarantine/held-message-page.tsx')).HeldMessagePage,
  },
  {
    path: '/queues',
    nav: { label: navigationText.queues, group: 'mail', icon: TrayItemAddRegular },
    load: async () => (await import('../views/queues/queues-page.tsx')).QueuesPage,
  },
  { path: '/creation-rules/$id', load: async () => (await import('../views/creation-rules/rule-page.tsx')).RulePage },
  { path: '/queues/$id', load: async () => (await import('../views/queues/queue-page.tsx')).QueuePage },
  {
    path: '/activities',
    nav: { label: navigationText.activities, group: 'mail', icon: CalendarRegular },
    load: async () => (await import('../views/activities/activities-page.tsx')).ActivitiesPage,
  },
  {
    path: '/activities/$table/$id',
    load: async () => (await import('../views/activities/record-page.tsx')).RecordPage,
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
  {
    path: '/profiles',
    nav: { label: navigationText.profiles, group: 'set', icon: ServerRegular },
    load: async () => (await import('../views/profiles/profiles-page.tsx')).ProfilesPage,
  },
  {
    path: '/profiles/$id',
    load: async () => (await import('../views/profiles/profile-page.tsx')).ProfilePage,
  },
  {
    path: '/synchronisation',
    nav: {
      label: navigationText.synchronisation,
      group: 'set',
      icon: ArrowSyncRegular,
      forAdministrators: true,
    },
    load: async () => (await import('../views/sync/synchronisation-page.tsx')).SynchronisationPage,
  },
  {
    path: '/settings',
    nav: { label: navigationText.settings, group: 'set', icon: SettingsRegular, forAdministrators: true },
    load: async () => (await import('../views/settings/settings-page.tsx')).SettingsPage,
  },
  {
    path: '/webhooks',
    nav: { label: navigationText.webhooks, group: 'set', icon: PlugConnectedRegular, forAdministrators: true },
    load: async () => (await import('../views/webhooks/webhooks-page.tsx')).WebhooksPage,
  },
  { path: '/webhooks/$id', load: async () => (await import('../views/webhooks/webhook-page.tsx')).WebhookPage },
  {
    path: '/users',
    nav: { label: navigationText.users, group: 'people', icon: PersonRegular, forAdministrators: true },
    load: async () => (await import('../views/users/users-page.tsx')).UsersPage,
  },
  { path: '/users/$id', load: async () => (await import('../views/users/user-page.tsx')).UserPage },
  {
    path: '/roles',
    nav: { label: navigationText.roles, group: 'people', icon: ShieldPersonRegular, forAdministrators: true },
    load: async () => (await import('../views/roles/roles-page.tsx')).RolesPage,
  },
  { path: '/roles/$id', load: async () => (await import('../views/roles/role-page.tsx')).RolePage },
  {
    path: '/teams',
    nav: { label: navigationText.teams, group: 'people', icon: PeopleTeamRegular, forAdministrators: true },
    load: async () => (await import('../views/teams/teams-page.tsx')).TeamsPage,
  },
  { path: '/teams/$id', load: async () => (await import('../views/teams/team-page.tsx')).TeamPage },
  {
    path: '/sign-in-ways',
    nav: { label: navigationText.signIn, group: 'people', icon: KeyRegular, forAdministrators: true },
    load: async () => (await import('../views/sign-in-ways/sign-in-ways-page.tsx')).SignInWaysPage,
  },
  {
    path: '/audit',
    nav: { label: navigationText.audit, group: 'people', icon: HistoryRegular, forAdministrators: true },
    load: async () => (await import('../views/audit/audit-page.tsx')).AuditPage,
  },
  {
    path: '/me',
    nav: { label: navigationText.me, group: 'me', icon: PersonMailRegular },
    load: async () => (await import('../views/me/me-page.tsx')).MePage,
  },
];
