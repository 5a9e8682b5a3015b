import { Link } from '@fluentui/react-components';
import { useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';

/** A link to a page of ours, opened without loading the document anew. */
export function AppLink({
  to,
  children,
  className,
}: {
  readonly to: string;
  readonly children: ReactNode;
  readonly className?: string;
}) {
  const router = useRouter();
  const open = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    router.history.push(to);
  };
  return (
    <Link href={to} onClick={open} inline {...(className === undefined ? {} : { className })}>
      {children}
    </Link>
  );
}
