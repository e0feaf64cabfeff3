import { getDefaultRegistry } from '@rjsf/core';
import type { WidgetProps } from '@rjsf/utils';
import { useRef, type ComponentType } from 'react';
import { momentText } from '../text/time.js';
import { withDistinctLabels } from './option-names.js';

const { TextWidget, EmailWidget, URLWidget, DateWidget, SelectWidget, TextareaWidget } =
  getDefaultRegistry<unknown>().widgets;

type Widget = ComponentType<WidgetProps<unknown>> | undefined;

type Test = (value: string) => boolean;

/** Another input for values that the first would not keep. It stays: somebody is typing in it. */
const either = (First: Widget, Other: Widget, needsOther: Test) => (props: WidgetProps<unknown>) => {
  const isOther = useRef(false);
  const value: unknown = props.value;
  isOther.current ||= typeof value === 'string' && needsOther(value);
  const Shown = isOther.current ? Other : First;
  return Shown === undefined ? null : <Shown {...props} />;
};

/** An input drops line breaks. */
const withLines = (Line: Widget) => either(Line, TextareaWidget, (value) => value.includes('\n'));

const isNoDate: Test = (value) => !/^\d{4}-\d\d-\d\d$/.test(value);

/** With a zone. */
const MOMENT = /^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:\d\d)$/i;

/** A moment that is written in another zone, or in UTC, is shown in that of the viewer. */
const DateTime = (props: WidgetProps<unknown>) => {
  const value: unknown = props.value;
  const time = typeof value === 'string' && MOMENT.test(value) ? Date.parse(value) : NaN;
  return (
    <>
      <WrittenDateTime {...props} />
      {!Number.isNaN(time) && <span className="quiet">{momentText(time)}</span>}
    </>
  );
};

/** As it is written: inputs of the browser drop the offset and what is below a millisecond. */
const writtenAs = (example: string) => (props: WidgetProps<unknown>) =>
  TextWidget === undefined ? null : <TextWidget {...props} placeholder={example} />;

const WrittenDateTime = writtenAs('2026-12-31T23:59:59Z');

/** Says what a value is that is none of the options. */
const NamedSelect = (props: WidgetProps<unknown>) => {
  const { multiple = false } = props;
  const options = { ...props.options, enumOptions: withDistinctLabels(props.options.enumOptions ?? []) };
  const value: unknown = props.value;
  const isListed = value === undefined || options.enumOptions.some((option) => option.value === value);
  const shown = isListed || multiple ? {} : { placeholder: `${JSON.stringify(value)} (not allowed)` };
  return SelectWidget === undefined ? null : <SelectWidget {...props} {...shown} options={options} />;
};

/** Of rjsf, where its own are not good enough. */
export const formWidgets = {
  TextWidget: withLines(TextWidget),
  EmailWidget: withLines(EmailWidget),
  URLWidget: withLines(URLWidget),
  DateWidget: either(DateWidget, TextWidget, isNoDate),
  DateTimeWidget: DateTime,
  TimeWidget: writtenAs('23:59:59'),
  SelectWidget: NamedSelect,
  // A checkbox that is not set cannot say whether it was answered.
  CheckboxWidget: NamedSelect,
};
