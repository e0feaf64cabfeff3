import { useQuery } from '@tanstack/react-query';
import type { DiscardOptions } from '@typed-queue/queue-client';
import { useState } from 'react';
import { Confirmation } from '../layout/confirmation.js';
import { Failure } from '../layout/failure.js';
import type { Client } from '../session/session.js';
import { useClient } from '../session/session-context.js';
import { counted, countText } from '../text/quantity.js';
import { useActionDialog } from './action-dialog.js';
import { discardCheckOf } from './letter-queries.js';
import type { LetterActionProps } from './redrive-action.js';
import { cancelledDiscardText, discardedText, isOutcomeUnknown } from './redrive-text.js';
import { isTypedCount } from './typed-count.js';

/** Discards letters, after their number was typed. */
export const DiscardAction = ({ queue, choice: { name, filter }, refusal, done }: LetterActionProps) => {
  const client = useClient();
  const [typed, type] = useState('');
  const [soFar, setSoFar] = useState<number>();
  const { isOpen, opened, signal } = useActionDialog(() => {
    type('');
    setSoFar(undefined);
  });
  const check = useQuery({ ...discardCheckOf(client, queue, filter), enabled: isOpen });
  const { discarded: letters, through } = check.data ?? {};
  const discard = async (): Promise<void> => {
    // Not what came after it was counted.
    const options = { ...filter, through, signal: signal(), progress: setSoFar };
    done(await discardInWords(client, queue, options));
  };
  const canRun = letters !== undefined && letters > 0 && isTypedCount(typed, letters);
  return (
    <Confirmation
      action={`Discard ${name}`}
      isDanger
      refusal={refusal}
      run={canRun ? discard : undefined}
      opened={opened}
    >
      {check.error !== null && <Failure error={check.error} />}
      <Question letters={letters} typed={typed} type={type} />
      {soFar !== undefined && <Progress soFar={soFar} expected={letters} />}
    </Confirmation>
  );
};

/** Discards letters until it is done or stopped, and says how many. */
const discardInWords = async ({ admin }: Client, queue: string, options: DiscardOptions): Promise<string> => {
  let last = 0;
  const progress = (discarded: number, through: number): void => {
    last = discarded;
    options.progress?.(discarded, through);
  };
  try {
    return discardedText(await admin.discard(queue, { ...options, progress }));
  } catch (error) {
    if (options.signal?.aborted !== true) throw error;
    return cancelledDiscardText(last, isOutcomeUnknown(error));
  }
};

const Progress = ({ soFar, expected = soFar }: { soFar: number; expected: number | undefined }) => (
  <p>
    <progress value={soFar} max={expected} aria-label="Discarded" />{' '}
    <span role="status">{discardedText(soFar)}</span> Cancel stops it: what was discarded is gone.
  </p>
);

interface QuestionProps {
  /** Undefined: not counted yet. */
  readonly letters: number | undefined;
  readonly typed: string;
  readonly type: (text: string) => void;
}

const Question = ({ letters, typed, type }: QuestionProps) =>
  letters === undefined ? (
    <p className="quiet">Counting…</p>
  ) : (
    <>
      <p aria-live="polite">
        Removes {counted(letters, 'dead letter')} for ever: nobody will handle them. This cannot be undone.
      </p>
      <label>
        Type {countText(letters)} to confirm{' '}
        <input
          inputMode="numeric"
          autoComplete="off"
          className="short"
          value={typed}
          onChange={({ target }) => type(target.value)}
        />
      </label>
    </>
  );
