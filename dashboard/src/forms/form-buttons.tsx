import { TranslatableString, type IconButtonProps, type Registry } from '@rjsf/utils';

/** Its buttons say what they are for: Remove items.0, Add to items. */
export const named = (registry: Registry<unknown>, name: string): Registry<unknown> => ({
  ...registry,
  translateString: (text, params) => `${registry.translateString(text, params)} ${name}`,
});

const button =
  (shown: string, text: TranslatableString) =>
  ({ id, disabled, onClick, registry }: IconButtonProps<unknown>) => {
    const name = registry.translateString(text);
    return (
      <button type="button" id={id} disabled={disabled} onClick={onClick} aria-label={name} title={name}>
        {shown}
      </button>
    );
  };

/** Of lists and records. Those of rjsf do not say of what they are. */
export const formButtons = {
  AddButton: button('+ Add', TranslatableString.AddButton),
  RemoveButton: button('Remove', TranslatableString.RemoveButton),
  MoveUpButton: button('↑', TranslatableString.MoveUpButton),
  MoveDownButton: button('↓', TranslatableString.MoveDownButton),
};
