import { getDefaultRegistry } from '@rjsf/core';
import type { WidgetProps } from '@rjsf/utils';
import { useRef, type ComponentType } from 'react';

const { TextWidget, EmailWidget, URLWidget, SelectWidget, TextareaWidget } =
  getDefaultRegistry<unknown>().widgets;

type Widget = ComponentType<WidgetProps<unknown>> | undefined;

/** An input drops line breaks. It stays a textarea when the last one is deleted: somebody is typing in it. */
const withLines = (Line: Widget) => (props: WidgetProps<unknown>) => {
  const hasLines = useRef(false);
  const value: unknown = props.value;
  hasLines.current ||= typeof value === 'string' && value.includes('\n');
  const Shown = hasLines.current ? TextareaWidget : Line;
  return Shown === undefined ? null : <Shown {...props} />;
};

/** A checkbox that is not set cannot say whether it was answered. */
const BooleanWidget = (props: WidgetProps<unknown>) =>
  SelectWidget === undefined ? null : <SelectWidget {...props} />;

/** Of rjsf, where its own are not good enough. */
export const formWidgets = {
  TextWidget: withLines(TextWidget),
  EmailWidget: withLines(EmailWidget),
  URLWidget: withLines(URLWidget),
  CheckboxWidget: BooleanWidget,
};
