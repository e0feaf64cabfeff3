import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLayoutEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import { ConnectionProblem } from './connection-badge.js';
import { Failure } from './failure.js';
import { focusHeading } from './page-focus.js';

interface ConfirmationProps {
  /** The button that opens it, which names the action. */
  readonly action: string;
  /** Disabled, with the reason. */
  readonly refusal?: string | undefined;
  /** What will happen, in words. */
  readonly children: ReactNode;
  readonly isDanger?: boolean;
  /** The button that closes it, and nothing happens. Default: Cancel. */
  readonly refuse?: string;
  /** Undefined: what was filled in does not suffice yet. */
  readonly run: (() => Promise<unknown>) | undefined;
  /** Called when the dialog opens and closes; a closed one may still be running its action. */
  readonly opened?: ((isOpen: boolean) => void) | undefined;
}

/** A button whose action is asked back in a dialog. After the action everything that is shown is asked again. */
export const Confirmation = (props: ConfirmationProps) => {
  const { action, refusal, isDanger = false, opened } = props;
  const opener = useRef<HTMLButtonElement>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  const { times, open } = useOpening(dialog, opened);
  useFocusAfter(opener, refusal !== undefined);
  const closed = (): void => {
    opener.current?.focus();
    opened?.(false);
  };
  return (
    <>
      <button
        ref={opener}
        type="button"
        className={isDanger ? 'danger' : undefined}
        disabled={refusal !== undefined}
        title={refusal}
        onClick={open}
      >
        {action}
      </button>
      <dialog ref={dialog} aria-label={action} onClose={closed}>
        <h2>{action}</h2>
        <Question key={times} {...props} close={() => dialog.current?.close()} />
      </dialog>
    </>
  );
};

/** An action may leave nothing to act on, and its button goes, or is disabled. */
const useFocusAfter = (opener: RefObject<HTMLButtonElement | null>, isDisabled: boolean): void => {
  useLayoutEffect(() => {
    if (isDisabled && document.activeElement === opener.current) focusHeading();
  }, [opener, isDisabled]);
  useLayoutEffect(() => {
    const button = opener.current;
    return () => {
      if (document.activeElement === button) focusHeading();
    };
  }, [opener]);
};

/** Opens a dialog when its new content is there, so that the browser moves the focus into it. */
const useOpening = (dialog: RefObject<HTMLDialogElement | null>, opened: ConfirmationProps['opened']) => {
  const [times, setTimes] = useState(0);
  useLayoutEffect(() => {
    if (times > 0) dialog.current?.showModal();
  }, [dialog, times]);
  const open = (): void => {
    setTimes((before) => before + 1);
    opened?.(true);
  };
  return { times, open };
};

const Question = (props: ConfirmationProps & { close: () => void }) => {
  const { action, children, isDanger, refuse = 'Cancel', run, close } = props;
  const queries = useQueryClient();
  const running = useMutation({
    mutationFn: async () => run?.(),
    onSuccess: close,
    onSettled: () => queries.invalidateQueries(),
  });
  return (
    <>
      {children}
      <ConnectionProblem />
      {running.error !== null && <Failure error={running.error} />}
      <div className="row end">
        <button type="button" onClick={close}>
          {refuse}
        </button>
        <button
          type="button"
          className={isDanger === true ? 'danger' : 'primary'}
          disabled={run === undefined || running.isPending}
          onClick={() => running.mutate()}
        >
          {action}
        </button>
      </div>
    </>
  );
};
