import type { ApiRow, SelectName } from './api-row.ts';

/** What a profile's page reads. */
export const profileSelect = [
  'emailserverprofileid',
  'name',
  'description',
  'servertype',
  'statecode',
  'useautodiscover',
  'incomingserverlocation',
  'outgoingserverlocation',
  'incomingportnumber',
  'outgoingportnumber',
  'incomingusessl',
  'outgoingusessl',
  'mr_incomingsecurity',
  'mr_outgoingsecurity',
  'incomingcredentialretrieval',
  'outgoingcredentialretrieval',
  'incomingauthenticationprotocol',
  'outgoingauthenticationprotocol',
  'incomingusername',
  'outgoingusername',
  'isincomingpasswordset',
  'isoutgoingpasswordset',
  'incominguseimpersonation',
  'usesamesettingsforoutgoingconnections',
  'mr_oauthprovider',
  'mr_oauthissuer',
  'oauthclientid',
  'isoauthclientsecretset',
  'exchangeonlinetenantid',
  'processemailsreceivedafter',
  'minpollingintervalinminutes',
  'maxconcurrentconnections',
  'moveundeliveredemails',
  'mr_trustedcertificates',
] as const satisfies readonly SelectName<'emailserverprofile'>[];

/** A profile as its page knows it. */
export type Profile = ApiRow<'emailserverprofile'>;
