// A form that the script sends and the server refuses says why, beside its button; what was typed stays.

type Answer = CustomEvent<{ ctx?: { text?: string; sourceElement?: HTMLElement; response?: { status: number } } }>;

/** A part of the page that is renewed comes without what was said in it here: it is put back until it is unsaid. */
function stay(form: HTMLElement, note: HTMLElement): void {
  new MutationObserver(() => {
    if (!note.hidden && note.parentElement !== form) form.append(note);
  }).observe(form, { childList: true });
}

/** Beside the button of a form; no words take it away. */
export function sayIn(form: HTMLElement, words: string): void {
  let note = form.querySelector<HTMLElement>("[role=alert]");
  if (!note) {
    note = document.createElement("p");
    note.setAttribute("role", "alert");
    note.className = "refusal";
    form.append(note);
    stay(form, note);
  }
  note.textContent = words;
  note.hidden = words === "";
}

export function sayRefusals(): void {
  document.addEventListener("htmx:response:error", (event) => {
    const { ctx } = (event as Answer).detail;
    if (ctx?.sourceElement instanceof HTMLFormElement) sayIn(ctx.sourceElement, ctx.text ?? "It was refused.");
  });
  document.addEventListener("htmx:error", (event) => {
    const { ctx } = (event as Answer).detail;
    if (ctx?.sourceElement instanceof HTMLFormElement) {
      sayIn(ctx.sourceElement, "It could not be sent: the server does not answer. Nothing is lost; press again in a moment.");
    }
  });
  document.addEventListener("htmx:before:request", (event) => {
    const { ctx } = (event as Answer).detail;
    if (ctx?.sourceElement instanceof HTMLFormElement) sayIn(ctx.sourceElement, "");
  });
}
