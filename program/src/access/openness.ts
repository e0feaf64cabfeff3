const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/;

interface Reach {
  /** Where a server listens. */
  readonly host: string;
  /** Whether clients must show a key or a token. */
  readonly hasKeys: boolean;
  /** `none`: it is meant to be open to everybody. */
  readonly auth?: string | undefined;
}

/** Whether only programs of this machine reach a server that listens there. */
export const isLoopback = (host: string): boolean => LOOPBACK.test(host);

/** Whether others than this machine reach a server that asks for no key, and nobody has said that this is meant. */
export const isOpenUnasked = ({ host, hasKeys, auth }: Reach): boolean =>
  auth !== 'none' && !hasKeys && !isLoopback(host);
