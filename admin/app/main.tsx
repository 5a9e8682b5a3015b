import { createDOMRenderer, FluentProvider, RendererProvider } from '@fluentui/react-components';
import { StrictMode, useEffect, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { PageRoot } from './page-root.tsx';
import { keepThemeChoice, readThemeChoice, type ThemeChoice, themeOf } from './theme.ts';
import { ThemeContext } from './theme-context.ts';

const element = document.getElementById('page');
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;
if (element !== null) {
  const renderer = createDOMRenderer(document, nonce ? { styleElementAttributes: { nonce } } : {});
  createRoot(element).render(
    <StrictMode>
      <RendererProvider renderer={renderer}>
        <Themed />
      </RendererProvider>
    </StrictMode>,
  );
}

function Themed() {
  const [choice, setChoice] = useState<ThemeChoice>(readThemeChoice);
  const [deviceIsDark, setDeviceIsDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const follow = (): void => setDeviceIsDark(query.matches);
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, []);
  const value = useMemo(
    () => ({
      choice,
      choose: (next: ThemeChoice) => {
        keepThemeChoice(next);
        setChoice(next);
      },
    }),
    [choice],
  );
  return (
    <ThemeContext value={value}>
      <FluentProvider theme={themeOf(choice, deviceIsDark)}>
        <PageRoot />
      </FluentProvider>
    </ThemeContext>
  );
}
