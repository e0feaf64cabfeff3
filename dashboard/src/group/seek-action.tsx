import { useQuery } from '@tanstack/react-query';
import type { GroupStatus } from '@typed-queue/contracts';
import { useState } from 'react';
import { Confirmation } from '../layout/confirmation.js';
import { Failure } from '../layout/failure.js';
import { seqAtOf } from '../session/queries.js';
import { useClient } from '../session/session-context.js';
import { ZONE } from '../text/time.js';
import { startOf, type SeekChoice } from './seek-start.js';
import { seekText } from './seek-text.js';

const KINDS: Readonly<Record<SeekChoice['kind'], string>> = {
  start: 'the oldest message',
  now: 'the end: only what is published from now on',
  seq: 'a message',
  time: `a time (${ZONE})`,
};

/** Moves a group, after it was said how many messages that means. */
export const SeekAction = ({ status }: { status: GroupStatus }) => {
  const { queue, group } = status;
  const client = useClient();
  const [choice, setChoice] = useState<SeekChoice>({ kind: 'start', text: '' });
  const start = startOf(choice);
  const to = useQuery({ ...seqAtOf(client, queue, start ?? 'start'), enabled: start !== undefined });
  const isKnown = start !== undefined && to.data !== undefined;
  return (
    <Confirmation action="Seek" run={isKnown ? () => client.admin.seek(queue, group, start) : undefined}>
      <p>
        Moves <b>{group}</b>: its leases end, and it continues at another place.
      </p>
      <PlaceChoice choice={choice} change={setChoice} />
      {to.error !== null && <Failure error={to.error} />}
      <p aria-live="polite">{isKnown && seekText(status, to.data)}</p>
    </Confirmation>
  );
};

interface PlaceChoiceProps {
  readonly choice: SeekChoice;
  readonly change: (choice: SeekChoice) => void;
}

const PlaceChoice = ({ choice: { kind, text }, change }: PlaceChoiceProps) => (
  <fieldset>
    <legend>Continue at</legend>
    {(['start', 'now', 'seq', 'time'] as const).map((each) => (
      <label key={each} className="choice-line">
        <input
          type="radio"
          name="place"
          checked={kind === each}
          onChange={() => change({ kind: each, text: '' })}
        />{' '}
        {KINDS[each]}
      </label>
    ))}
    {(kind === 'seq' || kind === 'time') && (
      <input
        type={kind === 'seq' ? 'number' : 'datetime-local'}
        min={kind === 'seq' ? 1 : undefined}
        step={1}
        aria-label={kind === 'seq' ? 'Seq' : 'Time'}
        value={text}
        onChange={(event) => change({ kind, text: event.target.value })}
      />
    )}
  </fieldset>
);
