/** Of what the viewer has no right to see the server counts 0, which says nothing. */
export const seenFigure = (
  figure: number,
  { isSeen, text }: { readonly isSeen: boolean; readonly text: (figure: number) => string },
): string => (figure === 0 && !isSeen ? '–' : text(figure));
