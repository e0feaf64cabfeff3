import type { MissedRuns } from '@typed-queue/contracts';
import { useEffect, useRef } from 'react';
import { Failure } from '../layout/failure.js';
import { ZONE } from '../text/time.js';
import { wrongField } from './field-problem.js';
import { MISSED, missedOf } from './missed-runs.js';
import { QueueField } from './queue-field.js';
import type { ScheduleDraft } from './schedule-draft.js';
import type { ScheduleEditing } from './schedule-editing.js';

/** When a schedule runs, and for which queue. */
export const ScheduleFields = ({ editing }: { editing: ScheduleEditing }) => {
  const { draft, change, schedule, saving } = editing;
  const set = (changed: Partial<ScheduleDraft>): void => change({ ...draft, ...changed });
  const wrong = wrongField(saving.error);
  return (
    <div className="search">
      {schedule === undefined && (
        <Field label="Name" value={draft.name} set={(name) => set({ name })} placeholder="nightly-report" />
      )}
      <Field
        label="Cron"
        value={draft.cron}
        set={(cron) => set({ cron })}
        placeholder="0 3 * * *"
        isWrong={wrong === 'cron'}
      />
      <Field
        label="Time zone"
        value={draft.timeZone}
        set={(timeZone) => set({ timeZone })}
        placeholder={ZONE}
        isWrong={wrong === 'timeZone'}
      />
      <MissedField value={draft.missed} set={(missed) => set({ missed })} />
      <QueueField value={draft.queue} set={(queue) => set({ queue, event: '' })} />
      {wrong !== undefined && <Failure error={saving.error} />}
    </div>
  );
};

interface MissedFieldProps {
  readonly value: MissedRuns;
  readonly set: (missed: MissedRuns) => void;
}

const MissedField = ({ value, set }: MissedFieldProps) => (
  <label>
    Missed runs
    <select value={value} onChange={({ target }) => set(missedOf(target.value))}>
      {Object.entries(MISSED).map(([missed, text]) => (
        <option key={missed} value={missed}>
          {text}
        </option>
      ))}
    </select>
  </label>
);

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly set: (value: string) => void;
  readonly placeholder: string;
  readonly isWrong?: boolean;
}

/** It has the focus when the server finds it wrong. */
const Field = ({ label, value, set, placeholder, isWrong = false }: FieldProps) => {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (isWrong) input.current?.focus();
  }, [isWrong]);
  return (
    <label>
      {label}
      <input
        ref={input}
        value={value}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        aria-invalid={isWrong}
        onChange={({ target }) => set(target.value)}
      />
    </label>
  );
};
