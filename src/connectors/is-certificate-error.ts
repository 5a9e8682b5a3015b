/**
 * True for the codes by which Node says that a certificate is none we may trust: those of OpenSSL's verification
 * (`X509_V_ERR_...` without that beginning) and of the check of the name (CN-14).
 */
export function isCertificateError(code: string): boolean {
  return /^(?:ERR_TLS_CERT|(?:ERROR_IN_)?(?:CERT|CRL)_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_(?:CA|PURPOSE)|PATH_LENGTH)/.test(
    code,
  );
}
