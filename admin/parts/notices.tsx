import { Toast, Toaster, ToastTitle, useId, useToastController } from '@fluentui/react-components';
import { createContext, type ReactNode, use, useCallback } from 'react';

type Notify = (sentence: string) => void;
const NoticeContext = createContext<Notify>(() => undefined);

/** Says at the edge of the page what has been done. */
export function Notices({ children }: { readonly children: ReactNode }) {
  const toaster = useId('notices');
  const { dispatchToast } = useToastController(toaster);
  const notify = useCallback<Notify>(
    (sentence) =>
      dispatchToast(
        <Toast>
          <ToastTitle>{sentence}</ToastTitle>
        </Toast>,
        { intent: 'success', timeout: 4000 },
      ),
    [dispatchToast],
  );
  return (
    <NoticeContext value={notify}>
      {children}
      <Toaster toasterId={toaster} position="bottom-end" />
    </NoticeContext>
  );
}

/** Tells the user that something has been done. */
export function useNotify(): Notify {
  return use(NoticeContext);
}
