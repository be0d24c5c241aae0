// The editor of a postmortem: what was typed and not saved is said to be there, a passage is gone to, a wording is taken
// in place, and words selected in the document become the passage of a comment. Without this every button still works.

/** A place in the text as the server counts it: in characters, not in halves of them. */
function offsetOf(text: string, characters: number): number {
  let offset = 0;
  for (let n = 0; n < characters && offset < text.length; n++) offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  return offset;
}

function select(field: HTMLTextAreaElement, begins: number, ends: number): void {
  field.focus();
  field.setSelectionRange(begins, ends);
  // A browser scrolls to what is selected when it is typed over only: the line is shown a third down the field.
  const line = field.value.slice(0, begins).split("\n").length;
  const all = field.value.split("\n").length;
  field.scrollTop = (field.scrollHeight * line) / all - field.clientHeight / 3;
}

function go(field: HTMLTextAreaElement, button: HTMLElement): void {
  const begins = offsetOf(field.value, Number(button.dataset["begins"]));
  const ends = offsetOf(field.value, Number(button.dataset["ends"]));
  const write = document.querySelector<HTMLInputElement>("#pane-write");
  if (write) write.checked = true;
  select(field, begins, ends);
}

/** Only where the sentence still stands as it was checked: what was typed since is never overwritten. */
function take(field: HTMLTextAreaElement, button: HTMLElement): boolean {
  const sentence = button.dataset["sentence"] ?? "";
  const begins = offsetOf(field.value, Number(button.dataset["begins"]));
  const wording = button.dataset["wording"] ?? "";
  if (!sentence || field.value.slice(begins, begins + sentence.length) !== sentence) return false;
  field.setRangeText(wording, begins, begins + sentence.length, "select");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  select(field, begins, begins + wording.length);
  return true;
}

// What is typed is kept for this tab until it is saved, with the version that it was made of: should somebody have saved
// meanwhile, the server says so. The reading view, to which a save leads, forgets it.
interface Kept {
  seen: string;
  text: string;
  isSent: boolean;
}

const keyOf = (name: string): string => `draft:postmortem:${name}`;

function kept(name: string): Kept | null {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(name)) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}

function keep(form: HTMLFormElement, field: HTMLTextAreaElement, isSent: boolean): void {
  const version = form.elements.namedItem("version") as HTMLInputElement;
  const now: Kept = { seen: version.value, text: field.value, isSent };
  sessionStorage.setItem(keyOf(field.dataset["keeps"] ?? ""), JSON.stringify(now));
}

/** What was sent and came back was refused: it stands in the field already. */
function restore(form: HTMLFormElement, field: HTMLTextAreaElement): void {
  const before = kept(field.dataset["keeps"] ?? "");
  if (!before || before.isSent || before.text === field.defaultValue) return;
  const version = form.elements.namedItem("version") as HTMLInputElement;
  const saved = version.value;
  const note = document.getElementById("restored");
  field.value = before.text;
  version.value = before.seen;
  if (note) note.hidden = false;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  document.getElementById("discard")?.addEventListener("click", () => {
    field.value = field.defaultValue;
    version.value = saved;
    if (note) note.hidden = true;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

function editText(form: HTMLFormElement, field: HTMLTextAreaElement): void {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-go], [data-take]") : null;
    if (!button) return;
    if ("go" in button.dataset) go(field, button);
    else if (take(field, button)) event.preventDefault();
  });
  form.addEventListener("keydown", (event) => {
    const saves = event.key === "Enter" || event.key === "s";
    if (!saves || event.isComposing || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit();
  });
  field.addEventListener("input", () => keep(form, field, false));
  form.addEventListener("submit", () => keep(form, field, true));
  restore(form, field);
}

function quoteSelection(field: HTMLInputElement): void {
  const source = document.querySelector(field.dataset["quotes"] ?? "");
  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    const text = selection?.toString().replace(/\s+/g, " ").trim() ?? "";
    if (text && text.length <= field.maxLength && source?.contains(selection?.anchorNode ?? null)) field.value = text;
  });
}

export function editPostmortems(): void {
  const form = document.querySelector<HTMLFormElement>("#editor");
  const text = form?.querySelector<HTMLTextAreaElement>("textarea[name=body]");
  if (form && text) editText(form, text);
  const saved = document.querySelector<HTMLElement>("[data-saved]")?.dataset["saved"];
  if (saved && kept(saved)?.isSent) sessionStorage.removeItem(keyOf(saved));
  const quote = document.querySelector<HTMLInputElement>("input[data-quotes]");
  if (quote) quoteSelection(quote);
}
