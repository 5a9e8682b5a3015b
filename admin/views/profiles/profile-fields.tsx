import { CredentialRetrieval, ServerType } from '../../../src/tables/choices.ts';
import {
  ChoiceField,
  DateTimeField,
  FieldGrid,
  NumberField,
  SecretField,
  SwitchField,
  TextField,
} from '../../parts/fields.tsx';
import { Section } from '../../parts/section.tsx';
import type { Draft } from '../../parts/use-draft.ts';
import { profilesText } from '../../text/profiles.ts';
import { kindOf, offeredTypes, type ProfileKind } from './profile-kinds.ts';

const text = profilesText.form;

interface FieldsProps {
  readonly draft: Draft;
  readonly kind: ProfileKind;
}

/** UI-01 to UI-05: the fields of a profile, as its kind of server has them. */
export function ProfileFields({ draft, isNew }: { readonly draft: Draft; readonly isNew: boolean }) {
  const kind = kindOf(draft.read('servertype'));
  return (
    <>
      <Section title={text.general} lead={text.privacy}>
        <FieldGrid>
          <TextField draft={draft} name="name" label={text.name} isRequired />
          <KindField draft={draft} isNew={isNew} />
          <TextField draft={draft} name="description" label={text.description} />
        </FieldGrid>
      </Section>
      {kind.isExchange ? <ExchangeFields draft={draft} kind={kind} /> : <PlainFields draft={draft} kind={kind} />}
      <Section title={text.advanced}>
        <FieldGrid>
          <DateTimeField draft={draft} name="processemailsreceivedafter" label={text.start} hint={text.startHint} />
          <NumberField draft={draft} name="minpollingintervalinminutes" label={text.interval} min={0} max={1440} />
          <NumberField
            draft={draft}
            name="maxconcurrentconnections"
            label={text.connections}
            hint={text.connectionsHint}
            min={1}
            max={300}
          />
          <NumberField
            draft={draft}
            name="mr_maxmessagesizekb"
            label={text.maxSize}
            hint={text.maxSizeHint}
            min={1}
            max={1_048_576}
          />
          <NumberField
            draft={draft}
            name="mr_maxemailsperminute"
            label={text.perMinute}
            hint={text.noLimit}
            min={1}
            max={1_000_000}
          />
          <NumberField
            draft={draft}
            name="mr_maxrecipients"
            label={text.maxRecipients}
            hint={text.maxRecipientsHint}
            min={1}
            max={100_000}
          />
          <SwitchField draft={draft} name="timeoutmailboxconnection" label={text.timeout} />
          {draft.read('timeoutmailboxconnection') === true && (
            <NumberField
              draft={draft}
              name="timeoutmailboxconnectionafteramount"
              label={text.timeoutAfter}
              hint={text.timeoutHint}
              min={0}
              max={100_000}
            />
          )}
          <SwitchField draft={draft} name="sendemailalert" label={text.alert} hint={text.alertHint} />
          {draft.read('sendemailalert') === true && (
            <TextField draft={draft} name="owneremailaddress" label={text.alertAddress} hint={text.alertAddressHint} />
          )}
          {kind.isExchange && <SwitchField draft={draft} name="moveundeliveredemails" label={text.moveFailed} />}
          <TextField draft={draft} name="mr_trustedcertificates" label={text.certificates} isLong />
        </FieldGrid>
      </Section>
    </>
  );
}

/** Choosing a kind fills in what is known of it. */
function KindField({ draft, isNew }: { readonly draft: Draft; readonly isNew: boolean }) {
  const chooseKind: Draft = {
    ...draft,
    set: (name, value) => {
      draft.set(name, value);
      for (const [column, usual] of Object.entries(kindOf(value).defaults)) draft.set(column, usual);
    },
  };
  const options = isNew ? pick(profilesText.kinds, offeredTypes) : profilesText.kinds;
  return (
    <ChoiceField
      draft={chooseKind}
      name="servertype"
      label={text.kind}
      options={options}
      locked={isNew ? undefined : text.kindLocked}
      isRequired
    />
  );
}

function PlainFields({ draft, kind }: FieldsProps) {
  const usesOAuth = ['incoming', 'outgoing'].some(
    (side) => draft.read(`${side}credentialretrieval`) === CredentialRetrieval.gmailOAuth,
  );
  return (
    <>
      <SideFields draft={draft} kind={kind} side="incoming" />
      <SideFields draft={draft} kind={kind} side="outgoing" />
      {usesOAuth && <OAuthFields draft={draft} />}
    </>
  );
}

function SideFields({ draft, kind, side }: FieldsProps & { readonly side: 'incoming' | 'outgoing' }) {
  const retrieval = draft.read(`${side}credentialretrieval`);
  const userName = side === 'incoming' ? 'incomingusername' : 'outgoingusername';
  return (
    <Section title={text[side]}>
      <FieldGrid>
        <TextField
          draft={draft}
          name={`${side}serverlocation`}
          label={text.location}
          hint={text.locationHint}
          isRequired
        />
        <NumberField
          draft={draft}
          name={`${side}portnumber`}
          label={text.port}
          hint={text.portHint(kind.ports[side])}
          min={1}
          max={65535}
        />
        <SwitchField draft={draft} name={`${side}usessl`} label={text.ssl} />
        <ChoiceField draft={draft} name={`mr_${side}security`} label={text.security} options={text.securities} />
        <RetrievalField draft={draft} kind={kind} side={side} />
        <ChoiceField
          draft={draft}
          name={`${side}authenticationprotocol`}
          label={text.protocol}
          options={pick(text.protocols, [0, 3, 4])}
        />
        {kind.isExchange && side === 'outgoing' && (
          <SwitchField draft={draft} name="outgoinguseimpersonation" label={text.impersonation} />
        )}
        {retrieval === CredentialRetrieval.profile && (
          <>
            <TextField draft={draft} name={userName} label={text.userName} isRequired />
            <SecretField
              draft={draft}
              name={`${side}password`}
              label={text.password}
              isSet={draft.read(`is${side}passwordset`) === true}
            />
          </>
        )}
      </FieldGrid>
    </Section>
  );
}

function ExchangeFields({ draft, kind }: FieldsProps) {
  const isOnline = kind.type === ServerType.exchangeOnlineHybrid;
  const fixed = isOnline ? text.locked : undefined;
  const discovers = draft.read('useautodiscover') === true;
  const retrieval = draft.read('incomingcredentialretrieval');
  return (
    <>
      <Section title={text.exchange}>
        <FieldGrid>
          <SwitchField draft={draft} name="useautodiscover" label={text.autodiscover} locked={fixed} />
          {!discovers && (
            <TextField
              draft={draft}
              name="incomingserverlocation"
              label={text.location}
              hint={text.ewsHint}
              locked={fixed}
              isRequired
            />
          )}
          <SwitchField draft={draft} name="incomingusessl" label={text.ssl} locked={fixed} />
          <RetrievalField draft={draft} kind={kind} side="incoming" />
          <ChoiceField
            draft={draft}
            name="incomingauthenticationprotocol"
            label={text.protocol}
            options={text.protocols}
          />
          {retrieval === CredentialRetrieval.profile && (
            <>
              <TextField draft={draft} name="incomingusername" label={text.userName} isRequired />
              <SecretField
                draft={draft}
                name="incomingpassword"
                label={text.password}
                isSet={draft.read('isincomingpasswordset') === true}
              />
              <SwitchField draft={draft} name="incominguseimpersonation" label={text.impersonation} />
            </>
          )}
          <SwitchField draft={draft} name="usesamesettingsforoutgoingconnections" label={text.sameOutgoing} />
        </FieldGrid>
      </Section>
      {draft.read('usesamesettingsforoutgoingconnections') === false && (
        <SideFields draft={draft} kind={kind} side="outgoing" />
      )}
      {retrieval === CredentialRetrieval.oauthApp && <OAuthFields draft={draft} hasTenant />}
    </>
  );
}

function RetrievalField({ draft, kind, side }: FieldsProps & { readonly side: 'incoming' | 'outgoing' }) {
  const ways = side === 'incoming' ? kind.incomingRetrievals : kind.outgoingRetrievals;
  const now = draft.read(`${side}credentialretrieval`);
  const shown = typeof now === 'number' && !ways.includes(now) ? [...ways, now] : ways;
  return (
    <ChoiceField
      draft={draft}
      name={`${side}credentialretrieval`}
      label={text.authenticate}
      options={pick(text.retrievals, shown)}
    />
  );
}

function OAuthFields({ draft, hasTenant }: { readonly draft: Draft; readonly hasTenant?: boolean }) {
  const provider = draft.read('mr_oauthprovider');
  return (
    <Section title={text.oauth} lead={hasTenant ? undefined : `${text.redirect}: ${location.origin}/consent/return`}>
      <FieldGrid>
        {!hasTenant && (
          <ChoiceField
            draft={draft}
            name="mr_oauthprovider"
            label={text.provider}
            options={text.providers}
            isRequired
          />
        )}
        {(hasTenant || provider === 100000001) && (
          <TextField draft={draft} name="exchangeonlinetenantid" label={text.tenant} />
        )}
        {provider === 100000002 && <TextField draft={draft} name="mr_oauthissuer" label={text.issuer} isRequired />}
        <TextField draft={draft} name="oauthclientid" label={text.clientId} isRequired />
        <SecretField
          draft={draft}
          name="oauthclientsecret"
          label={text.clientSecret}
          isSet={draft.read('isoauthclientsecretset') === true}
        />
        {hasTenant ? (
          <>
            <ChoiceField draft={draft} name="serverauthority" label={text.authority} options={text.authorities} />
            <TextField
              draft={draft}
              name="mr_oauthtokenendpoint"
              label={text.tokenEndpoint}
              hint={text.tokenEndpointHint}
            />
          </>
        ) : (
          <TextField draft={draft} name="mr_oauthscopes" label={text.scopes} hint={text.scopesHint} />
        )}
      </FieldGrid>
    </Section>
  );
}

function pick(labels: Readonly<Record<number, string>>, numbers: readonly number[]): Readonly<Record<number, string>> {
  return Object.fromEntries(numbers.map((number) => [number, labels[number] ?? String(number)]));
}
