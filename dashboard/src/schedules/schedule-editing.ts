import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ScheduleStatus } from '@typed-queue/contracts';
import type { Schedule } from '@typed-queue/queue-client';
import { useDraft } from '../session/drafts.js';
import { useClient } from '../session/session-context.js';
import { draftOf, type ScheduleDraft } from './schedule-draft.js';

/** @param schedule is replaced; undefined: a new one is made */
export const useScheduleEditing = (schedule: ScheduleStatus | undefined) => {
  /** Of what somebody types. */
  const id = `schedule ${schedule?.name ?? ''}`;
  const [edits, setEdits] = useDraft<ScheduleDraft | undefined>(id, undefined);
  const saving = useSaving();
  return {
    id,
    schedule,
    draft: edits ?? draftOf(schedule),
    change: (changed: ScheduleDraft): void => {
      setEdits(changed);
      saving.reset();
    },
    forget: (): void => setEdits(undefined),
    saving,
  };
};

export type ScheduleEditing = ReturnType<typeof useScheduleEditing>;

interface Named {
  readonly name: string;
  readonly schedule: Schedule<string, string, unknown>;
}

const useSaving = () => {
  const { admin } = useClient();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, schedule }: Named) => admin.schedules.put(name, schedule),
    // Not awaited: its name would be one that is there already, before the form is closed.
    onSuccess: () => void queries.invalidateQueries(),
  });
};
