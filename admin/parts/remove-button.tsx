import { useRouter } from '@tanstack/react-router';
import type { ShownTable } from '../api/entity-sets.ts';
import { useWrites } from '../api/use-writes.ts';
import { ConfirmButton } from './confirm-button.tsx';
import { useNotify } from './notices.tsx';

interface RemoveButtonProps {
  readonly table: ShownTable;
  readonly id: string;
  readonly name: string | null | undefined;
  readonly words: {
    readonly label: string;
    readonly title: string;
    readonly sentence: string;
    /** Told once it is gone. */
    readonly done: string;
  };
  /** Where the page goes then. */
  readonly back: string;
}

/** Deletes the record of a page, after naming it and asking, and leaves the page. */
export function RemoveButton({ table, id, name, words, back }: RemoveButtonProps) {
  const router = useRouter();
  const writes = useWrites();
  const notify = useNotify();
  return (
    <ConfirmButton
      label={words.label}
      title={words.title}
      action={words.label}
      names={[name ?? '']}
      onConfirm={async () => {
        await writes.remove(table, id);
        notify(words.done);
        router.history.push(back);
      }}
    >
      {words.sentence}
    </ConfirmButton>
  );
}
