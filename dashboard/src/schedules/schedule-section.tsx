import type { ScheduleStatus } from '@typed-queue/contracts';
import { focusHeading } from '../layout/page-focus.js';
import { useDraft } from '../session/drafts.js';
import { ScheduleEditor } from './schedule-editor.js';

interface ScheduleSectionProps {
  /** Is edited; undefined: a new one is made. */
  readonly schedule: ScheduleStatus | undefined;
  /** Of the schedules that are there. */
  readonly names: readonly string[];
  /** Called with what was done. */
  readonly done: (text: string) => void;
}

/** A button that opens the form of a schedule, and closes it; what was typed stays. */
export const ScheduleSection = ({ schedule, names, done }: ScheduleSectionProps) => {
  const [isOpen, setOpen] = useDraft(`form of schedule ${schedule?.name ?? ''}`, false);
  const title = schedule === undefined ? 'New schedule' : 'Edit schedule';
  const saved = (text: string): void => {
    setOpen(false);
    // The button that had it goes.
    focusHeading();
    done(text);
  };
  return (
    <section aria-label={title}>
      <p>
        <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Close the form' : title}
        </button>
      </p>
      {isOpen && <ScheduleEditor schedule={schedule} names={names} done={saved} />}
    </section>
  );
};
