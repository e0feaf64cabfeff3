import { useBlocker } from '@tanstack/react-router';
import { useEffect, useRef, type RefObject } from 'react';
import { counted } from '../text/quantity.js';

interface LeaveQuestionProps {
  /** Messages that have no outcome yet. */
  readonly pending: number;
  readonly cancelAll: () => void;
}

/** Asks before a page is left whose messages would be dropped with it; when they are sent meanwhile, it is left. */
export const LeaveQuestion = ({ pending, cancelAll }: LeaveQuestionProps) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const { proceed, reset } = useLeaving(pending, dialog);
  const leave = (): void => {
    cancelAll();
    proceed?.();
  };
  return (
    <dialog ref={dialog} aria-label="Leave this page" onClose={reset}>
      <h2>Leave this page</h2>
      <p>
        {counted(pending, 'message')} of this form {pending === 1 ? 'has' : 'have'} no receipt yet. What was
        not sent is dropped when you leave.
      </p>
      <div className="row end">
        <button type="button" onClick={() => dialog.current?.close()}>
          Stay
        </button>
        <button type="button" className="danger" onClick={leave}>
          Leave
        </button>
      </div>
    </dialog>
  );
};

const useLeaving = (pending: number, dialog: RefObject<HTMLDialogElement | null>) => {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => pending > 0 && current.pathname !== next.pathname,
    enableBeforeUnload: pending > 0,
    withResolver: true,
  });
  const { status, proceed } = blocker;
  useEffect(() => {
    if (status === 'idle') dialog.current?.close();
    else if (pending === 0) proceed();
    else if (dialog.current?.open === false) dialog.current.showModal();
  }, [status, pending, proceed, dialog]);
  return blocker;
};
