import { QueueError } from '@typed-queue/contracts';

/** What failed, for who looks at a page: where rights are set matters to who runs the server. */
export const failureText = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const isForbidden = error instanceof QueueError && error.code === 'forbidden';
  return isForbidden
    ? error.message.replace(/ Rights are set in .*/s, ' Who runs this server can grant it.')
    : error.message;
};
