import path from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Vite's settings for the page: nothing inlined, a placeholder where the service writes the nonce of its Content-Security-Policy. */
export const pageConfig = {
  root: path.join(root, 'admin'),
  configFile: false,
  logLevel: 'warn',
  plugins: [react()],
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    target: 'es2022',
    manifest: 'manifest.json',
    chunkSizeWarningLimit: 1500,
  },
};
