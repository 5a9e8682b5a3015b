import { Button, Tab, TabList } from '@fluentui/react-components';
import { lazy, Suspense } from 'react';
import { Loading } from '../../parts/loading.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { useUrlState } from '../../parts/use-url-state.ts';
import { firstStartText as text } from '../../text/first-start.ts';
import { OrganisationStep } from './organisation-step.tsx';

const ServerStep = lazy(async () => ({ default: (await import('./server-step.tsx')).ServerStep }));
const MailboxesStep = lazy(async () => ({ default: (await import('./mailboxes-step.tsx')).MailboxesStep }));
const EnableStep = lazy(async () => ({ default: (await import('./enable-step.tsx')).EnableStep }));
const StartStep = lazy(async () => ({ default: (await import('./start-step.tsx')).StartStep }));

type StepName = keyof typeof text.steps;
const order = Object.keys(text.steps) as StepName[];

/** The guided set-up; the address holds the step and the profile, so that it can be left and gone on with. */
export function FirstStartPage() {
  const [step, setStep] = useUrlState('step', 'organisation');
  const [profileId, setProfileId] = useUrlState('profile');
  const next = order[order.indexOf(step as StepName) + 1];
  return (
    <>
      <PageTitle title={text.title} lead={text.lead} />
      <TabList
        selectedValue={step}
        onTabSelect={(_event, { value }) => setStep(String(value))}
        style={{ flexWrap: 'wrap' }}
      >
        {order.map((name) => (
          <Tab key={name} value={name}>
            {text.steps[name]}
          </Tab>
        ))}
      </TabList>
      <Suspense fallback={<Loading />}>
        {step === 'organisation' && <OrganisationStep />}
        {step === 'server' && <ServerStep profileId={profileId} onProfile={setProfileId} />}
        {step === 'mailboxes' && <MailboxesStep profileId={profileId} />}
        {step === 'enable' && <EnableStep profileId={profileId} />}
        {step === 'start' && <StartStep profileId={profileId} />}
      </Suspense>
      {next && (
        <div>
          <Button appearance="primary" onClick={() => setStep(next)}>
            {text.next}
          </Button>
        </div>
      )}
    </>
  );
}
