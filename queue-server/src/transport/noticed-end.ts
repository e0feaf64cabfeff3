/** Why a connection ends whose client does not answer, or that the server closes by itself. */
const UNNOTICED: ReadonlySet<string> = new Set(['ping timeout', 'forced close']);

/**
 * Whether a client knows that its connection has ended, of the reason that Socket.IO gives and of the stream below: that of
 * another server may be broken.
 */
export const isNoticedEnd = (reason: string, stream: object): boolean =>
  !UNNOTICED.has(reason) && !('isBroken' in stream && stream.isBroken === true);
