import type { SeqAt } from '@typed-queue/contracts';

/** Why a log has no message of a seq; `kept`: what it has from its oldest message on. */
export const absenceText = (seq: number, kept: SeqAt): string => {
  if (seq >= kept.seq + kept.messages) return `#${seq} was not published yet.`;
  if (seq < kept.seq)
    return `#${seq} is gone: retention or a purge removed it. The oldest kept is #${kept.seq}.`;
  return `#${seq} is lost: its bytes on the server's disk are damaged.`;
};
