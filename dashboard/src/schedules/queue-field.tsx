import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { LONGEST_NAME } from '../address/queue-fields.js';
import { usePaused } from '../layout/paused.js';
import { overviewOf } from '../session/queries.js';
import { NEEDED, suffice } from '../session/rights.js';
import { useClient } from '../session/session-context.js';

/** The name of a queue; those that the viewer administers are offered. */
export const QueueField = ({ value, set }: { value: string; set: (queue: string) => void }) => {
  const list = useId();
  const { data } = useQuery(overviewOf(useClient(), { search: usePaused(value), limit: 20 }));
  const offered = data?.queues.filter(({ rights }) => suffice(rights, NEEDED.administer)) ?? [];
  return (
    <label>
      Queue
      <input
        list={list}
        value={value}
        maxLength={LONGEST_NAME}
        autoComplete="off"
        spellCheck={false}
        onChange={({ target }) => set(target.value)}
      />
      <datalist id={list}>
        {offered.map(({ queue }) => (
          <option key={queue} value={queue} />
        ))}
      </datalist>
    </label>
  );
};
