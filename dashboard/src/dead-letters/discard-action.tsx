import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Confirmation } from '../layout/confirmation.js';
import { Failure } from '../layout/failure.js';
import { useClient } from '../session/session-context.js';
import { counted, countText } from '../text/quantity.js';
import { useActionDialog } from './action-dialog.js';
import { ActionProgress } from './action-progress.js';
import type { ActionWords } from './action-words.js';
import { discardCheckOf } from './letter-queries.js';
import type { LetterActionProps } from './redrive-action.js';
import { cancelledDiscardText, discardedText } from './redrive-text.js';
import { isTypedCount } from './typed-count.js';

/** Discards letters, after their number was typed. */
export const DiscardAction = ({ queue, choice: { name, filter }, refusal, done }: LetterActionProps) => {
  const client = useClient();
  const [typed, type] = useState('');
  const { isOpen, opened, soFar, run } = useActionDialog(WORDS, () => type(''));
  const check = useQuery({ ...discardCheckOf(client, queue, filter), enabled: isOpen });
  const { discarded: letters, through } = check.data ?? {};
  const discard = async (): Promise<void> => {
    // Not what came after it was counted.
    done(await run((options) => client.admin.discard(queue, { ...filter, through, ...options })));
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

const WORDS: ActionWords<number> = { done: discardedText, cancelled: cancelledDiscardText };

const Progress = ({ soFar, expected }: { soFar: number; expected: number | undefined }) => (
  <ActionProgress
    name="Discarded"
    letters={soFar}
    expected={expected}
    text={discardedText(soFar)}
    stays="what was discarded is gone"
  />
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
