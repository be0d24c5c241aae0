// The keys of a field in which one writes: Ctrl or Cmd with Enter sends. Where entries of a timeline are written it is as
// in a chat: Enter posts what is one line, Shift+Enter breaks it; who has begun a second line is writing a text, and there
// Enter breaks.

/** A keyboard on glass has no Shift+Enter: there the button posts. */
const hasKeyboard = (): boolean => matchMedia("(pointer: fine)").matches;

function posts(event: KeyboardEvent, field: HTMLTextAreaElement): boolean {
  if (event.key !== "Enter" || event.isComposing) return false;
  if (event.ctrlKey || event.metaKey) return true;
  return "posts" in field.dataset && !event.shiftKey && !field.value.includes("\n") && hasKeyboard();
}

export function writeEntries(): void {
  for (const field of document.querySelectorAll<HTMLTextAreaElement>("textarea[data-draft]")) {
    field.addEventListener("keydown", (event) => {
      if (!posts(event, field)) return;
      event.preventDefault();
      field.form?.requestSubmit();
    });
  }
}
