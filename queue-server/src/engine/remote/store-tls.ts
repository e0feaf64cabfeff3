import { codeOf } from '@typed-queue/program';

/** How the certificate of a store is verified. */
export interface StoreTls {
  /** Of the authority that signed it, in PEM. Default: those that Node knows. */
  readonly ca?: string | undefined;
  /** Default true. False: any certificate is accepted, whoever shows it. */
  readonly verify?: boolean | undefined;
}

/** For `tls.connect`. */
export const tlsOptions = ({
  ca,
  verify = true,
}: StoreTls): { readonly rejectUnauthorized: boolean; readonly ca?: string } => ({
  rejectUnauthorized: verify,
  ...(ca === undefined ? {} : { ca }),
});

/** What OpenSSL and Node say of a certificate that is not trusted. */
const UNTRUSTED: ReadonlySet<unknown> = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'CERT_UNTRUSTED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

export const isUntrusted = (error: unknown): boolean => UNTRUSTED.has(codeOf(error));
