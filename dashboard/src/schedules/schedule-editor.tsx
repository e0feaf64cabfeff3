import type { ScheduleStatus } from '@typed-queue/contracts';
import { ChosenQueue } from './chosen-queue.js';
import { nextText } from './run-text.js';
import { useScheduleEditing } from './schedule-editing.js';
import { ScheduleFields } from './schedule-fields.js';
import { SchedulePayload } from './schedule-payload.js';

interface ScheduleEditorProps {
  /** Is replaced; undefined: a new one is made. */
  readonly schedule: ScheduleStatus | undefined;
  /** Of the schedules that are there. */
  readonly names: readonly string[];
  /** Called with what was done. */
  readonly done: (text: string) => void;
}

/** A form for a schedule. */
export const ScheduleEditor = ({ schedule, names, done }: ScheduleEditorProps) => {
  const editing = useScheduleEditing(schedule);
  const { draft } = editing;
  const saved = (status: ScheduleStatus): void => {
    editing.forget();
    done(`${status.name} is saved. Next run: ${nextText(status, Date.now())}.`);
  };
  return (
    <>
      <ScheduleFields editing={editing} />
      {schedule === undefined && names.includes(draft.name.trim()) && (
        <p role="note" className="problem">
          There is a schedule of this name: this one replaces it.
        </p>
      )}
      <ChosenQueue queue={draft.queue}>
        {(events) => <SchedulePayload editing={editing} events={events} saved={saved} />}
      </ChosenQueue>
    </>
  );
};
