/** Why a connection ends whose client does not answer, or that the server closes by itself. */
const UNNOTICED: ReadonlySet<string> = new Set(['ping timeout', 'forced close']);

/** Whether a client knows that its connection has ended, of the reason that Socket.IO gives. */
export const isNoticedEnd = (reason: string): boolean => !UNNOTICED.has(reason);
