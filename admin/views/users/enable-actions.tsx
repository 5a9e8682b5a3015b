import type { ApiRow } from '../../api/api-row.ts';
import { useWrites } from '../../api/use-writes.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { doEach } from '../../parts/do-each.ts';
import { useNotify } from '../../parts/notices.tsx';
import { usersText as text } from '../../text/users.ts';

type User = ApiRow<'systemuser'>;

const nameOf = (row: User): string => row.fullname || row.domainname || '';

/** Enables or disables users; their mailboxes follow (MB-11). */
export function EnableActions({ rows, onDone }: { readonly rows: readonly User[]; readonly onDone?: () => void }) {
  const writes = useWrites();
  const notify = useNotify();
  const buttons = [
    { words: text.disable, isdisabled: true },
    { words: text.enable, isdisabled: false },
  ].map(({ words, isdisabled }) => ({
    words,
    isdisabled,
    hit: rows.filter((row) => (row.isdisabled === true) !== isdisabled),
  }));
  return buttons.map(({ words, isdisabled, hit }) =>
    hit.length === 0 ? null : (
      <ConfirmButton
        key={words.label}
        label={words.label}
        title={words.title}
        action={words.action}
        names={hit.map(nameOf)}
        onConfirm={async () => {
          await doEach(hit, nameOf, (row) => writes.update('systemuser', row.systemuserid ?? '', { isdisabled }));
          notify(words.done(hit.length));
          onDone?.();
        }}
      >
        {words.sentence}
      </ConfirmButton>
    ),
  );
}
