import type { QueueContract, ScheduleStatus } from '@typed-queue/contracts';
import { useMemo } from 'react';
import type { JsonObject } from '../forms/json-object.js';
import { PayloadEditor } from '../forms/payload-editor.js';
import { issuesOfRefusal } from '../forms/refused-payload.js';
import { Empty } from '../layout/empty.js';
import { EventSelect } from '../layout/event-select.js';
import { Failure } from '../layout/failure.js';
import { usePayloadDraft } from '../session/drafts.js';
import { wrongField } from './field-problem.js';
import { firstPayloadOf, lackText, scheduleOf } from './schedule-draft.js';
import type { ScheduleEditing } from './schedule-editing.js';

interface SchedulePayloadProps {
  readonly editing: ScheduleEditing;
  /** Of the queue that was chosen. */
  readonly events: Required<QueueContract>['events'];
  readonly saved: (schedule: ScheduleStatus) => void;
}

/** What a schedule publishes, and the buttons of its form. */
export const SchedulePayload = ({ editing, events, ...props }: SchedulePayloadProps) => {
  const { draft, change } = editing;
  const names = Object.keys(events);
  const event = draft.event === '' ? names[0] : draft.event;
  if (event === undefined) return <Empty>The queue has no event.</Empty>;
  const schema = Object.hasOwn(events, event) ? events[event] : undefined;
  return (
    <>
      <EventSelect event={event} events={names} choose={(chosen) => change({ ...draft, event: chosen })} />
      {schema === undefined ? (
        <Empty>The queue has no event of this name any more. Choose one.</Empty>
      ) : (
        <Payload
          key={`${draft.queue} ${event}`}
          {...props}
          editing={editing}
          event={event}
          schema={typeof schema === 'object' ? schema : {}}
        />
      )}
    </>
  );
};

interface PayloadProps extends Omit<SchedulePayloadProps, 'events'> {
  readonly event: string;
  readonly schema: JsonObject;
}

const Payload = ({ editing, event, schema, saved }: PayloadProps) => {
  const { schedule, draft, saving } = editing;
  const { error } = saving;
  const { forget, ...edits } = usePayload(editing, event);
  const save = (edited: unknown): void => {
    if (lackText(draft) !== undefined || saving.isPending) return;
    const definition = scheduleOf({ ...draft, event }, edited, schedule);
    const onSuccess = (status: ScheduleStatus): void => {
      forget();
      saved(status);
    };
    saving.mutate({ name: draft.name.trim(), schedule: definition }, { onSuccess });
  };
  const refused = useMemo(() => issuesOfRefusal(error), [error]);
  const refusal = saving.isPending ? 'It is being saved.' : lackText(draft);
  return (
    <PayloadEditor {...edits} schema={schema} submit={save} refused={refused}>
      {error !== null && wrongField(error) === undefined && <Failure error={error} />}
      <div className="row end">
        <button type="submit" disabled={refusal !== undefined} title={refusal}>
          Save schedule
        </button>
      </div>
    </PayloadEditor>
  );
};

/** The payload as the schedule has it, until it is edited. */
const usePayload = ({ id, schedule, draft: { queue }, saving }: ScheduleEditing, event: string) => {
  const { payload, setPayload, unread } = usePayloadDraft(`payload of ${id} ${queue} ${event}`, undefined);
  const [, keep] = unread;
  return {
    payload: payload === undefined ? firstPayloadOf(schedule, { queue, event }) : payload,
    unread,
    change: (edited: unknown): void => {
      setPayload(edited);
      saving.reset();
    },
    forget: (): void => {
      setPayload(undefined);
      keep(undefined);
    },
  };
};
