import { MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import { useRows } from '../../api/use-rows.ts';
import { useWrites } from '../../api/use-writes.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { useNotify } from '../../parts/notices.tsx';
import { overviewText } from '../../text/overview.ts';

const text = overviewText.held;

/** Says that nothing is exchanged with mail servers, and why, with the way out (MG-06). */
export function HeldBar({ reason, onReleased }: { readonly reason: string; readonly onReleased: () => unknown }) {
  const writes = useWrites();
  const notify = useNotify();
  const organizations = useRows({ table: 'organization', select: ['organizationid'], top: 1 });
  const organization = organizations.data?.value[0];
  const release = async (): Promise<void> => {
    await writes.update('organization', organization?.organizationid ?? '', { mr_held: false });
    notify(text.done);
    onReleased();
  };
  return (
    <MessageBar intent="error" layout="multiline" role="alert">
      <MessageBarBody>
        <MessageBarTitle>{text.title}</MessageBarTitle>
        {reason || text.byHand}
      </MessageBarBody>
      <MessageBarActions>
        <ConfirmButton
          label={text.release}
          title={text.question}
          action={text.release}
          names={[]}
          isDisabled={organization === undefined}
          onConfirm={release}
        >
          {text.consequence}
        </ConfirmButton>
      </MessageBarActions>
    </MessageBar>
  );
}
