/** Who a tunnel is for, as the server at its other end sees it. */
export interface TunnelOrigin {
  /** The IP address of the client. */
  readonly address: string;
  /** Its port; undefined where it is not known. */
  readonly port?: number | undefined;
}
