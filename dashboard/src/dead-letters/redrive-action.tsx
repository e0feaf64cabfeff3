import { useQuery } from '@tanstack/react-query';
import type { RedriveResult } from '@typed-queue/queue-client';
import { useState } from 'react';
import { Confirmation } from '../layout/confirmation.js';
import { Failure } from '../layout/failure.js';
import { Problem } from '../layout/problem.js';
import { useClient } from '../session/session-context.js';
import { Text } from '../text/text.js';
import { useActionDialog } from './action-dialog.js';
import { ActionProgress } from './action-progress.js';
import type { ActionRun, ActionWords } from './action-words.js';
import type { LetterChoice } from './letter-choice.js';
import { redriveCheckOf } from './letter-queries.js';
import { limitOf, redriveRate } from './redrive-rate.js';
import { cancelledText, redrivenText, refusalTexts, wouldRedriveText } from './redrive-text.js';

export interface LetterActionProps {
  readonly queue: string;
  readonly choice: LetterChoice;
  /** Why it cannot be done; undefined: it can. */
  readonly refusal?: string | undefined;
  /** Called with what was done. */
  readonly done: (text: string) => void;
}

/** Redrives letters, after it was said what that would do. Closing the dialog stops it after the page that is under way. */
export const RedriveAction = ({ queue, choice: { name, filter }, refusal, done }: LetterActionProps) => {
  const client = useClient();
  const [typedRate, setTypedRate] = useState('');
  const rate = redriveRate(typedRate);
  const { isOpen, opened, soFar, run } = useActionDialog(WORDS);
  const check = useQuery({ ...redriveCheckOf(client, queue, filter), enabled: isOpen });
  const redrive = async (): Promise<void> => {
    // Not what came after it was counted.
    const through = check.data?.through;
    const redriveBy = (options: ActionRun<RedriveResult>) =>
      client.admin.redrive(queue, { ...filter, through, ...limitOf(rate), ...options });
    done(await run(redriveBy));
  };
  const canRun = check.data !== undefined && check.data.redriven > 0 && rate.kind !== 'unreadable';
  return (
    <Confirmation
      action={`Redrive ${name}`}
      refusal={refusal}
      run={canRun ? redrive : undefined}
      opened={opened}
    >
      <p>
        They go back to the groups that gave them up, as messages that never failed. Their history is kept.
      </p>
      {check.error !== null && <Failure error={check.error} />}
      {isOpen && <Check result={check.data} />}
      <RateField typed={typedRate} change={setTypedRate} isWrong={rate.kind === 'unreadable'} />
      {soFar !== undefined && <Progress soFar={soFar} expected={check.data} />}
    </Confirmation>
  );
};

const WORDS: ActionWords<RedriveResult> = { done: redrivenText, cancelled: cancelledText };

const Check = ({ result }: { result: RedriveResult | undefined }) =>
  result === undefined ? (
    <p className="quiet">Counting…</p>
  ) : (
    <>
      <p aria-live="polite">{wouldRedriveText(result)}</p>
      {result.refusedCount > 0 && (
        <ul>
          {refusalTexts(result).map((text) => (
            <li key={text}>
              <Text most={500}>{text}</Text>
            </li>
          ))}
        </ul>
      )}
    </>
  );

interface RateFieldProps {
  readonly typed: string;
  readonly change: (typed: string) => void;
  readonly isWrong: boolean;
}

const RateField = ({ typed, change, isWrong }: RateFieldProps) => (
  <>
    <label>
      At most{' '}
      <input
        inputMode="numeric"
        className="short"
        placeholder="any"
        aria-invalid={isWrong}
        value={typed}
        onChange={({ target }) => change(target.value)}
      />{' '}
      letters a second
    </label>
    {isWrong && <Problem>Write a whole number, 1 or more, or leave it empty for any.</Problem>}
  </>
);

interface ProgressProps {
  readonly soFar: RedriveResult;
  readonly expected: RedriveResult | undefined;
}

const Progress = ({ soFar, expected }: ProgressProps) => (
  <ActionProgress
    name="Redriven"
    letters={lettersOf(soFar)}
    expected={expected && lettersOf(expected)}
    text={redrivenText(soFar)}
    stays="what was redriven stays redriven"
  />
);

const lettersOf = ({ redriven, refusedCount }: RedriveResult): number => redriven + refusedCount;
