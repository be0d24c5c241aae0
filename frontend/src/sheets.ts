// Sheets that buttons open: the keyboard goes into them, stays there, and comes back to where it was. Escape closes one
// without this; a form in one that was accepted closes it.

type Answer = CustomEvent<{ ctx?: { response?: { status: number } } }>;

const FIELDS = "input:not([type=hidden]), select, textarea";
const STOPS = `${FIELDS}, button, a[href], summary`;

const openerOf = (sheet: HTMLElement): HTMLElement | null =>
  document.querySelector(`[popovertarget="${CSS.escape(sheet.id)}"]:not([popovertargetaction])`);

/** On glass a field would bring the keyboard up over the sheet before anybody has read it. */
function enter(sheet: HTMLElement): void {
  const field = matchMedia("(pointer: fine)").matches ? sheet.querySelector<HTMLElement>(FIELDS) : null;
  sheet.tabIndex = -1;
  // What was refused the last time may be met by now.
  for (const note of sheet.querySelectorAll<HTMLElement>("form > [role=alert]")) note.hidden = true;
  (field ?? sheet).focus({ preventScroll: true });
}

function leave(sheet: HTMLElement): void {
  if (document.activeElement === document.body || sheet.contains(document.activeElement)) openerOf(sheet)?.focus();
}

function stayInside(event: KeyboardEvent, sheet: HTMLElement): void {
  const stops = [...sheet.querySelectorAll<HTMLElement>(STOPS)].filter((stop) => stop.checkVisibility());
  const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
  if (document.activeElement !== from && document.activeElement !== sheet) return;
  event.preventDefault();
  to?.focus();
}

export function openSheets(): void {
  // `toggle` does not bubble: it is caught on its way down.
  document.addEventListener(
    "toggle",
    (event) => {
      const sheet = event.target;
      if (!(sheet instanceof HTMLElement) || !sheet.matches(".sheet[popover]")) return;
      if ((event as ToggleEvent).newState === "open") enter(sheet);
      else leave(sheet);
    },
    true,
  );
  document.addEventListener("keydown", (event) => {
    const sheet = document.querySelector<HTMLElement>(".sheet:popover-open");
    if (event.key === "Tab" && sheet) stayInside(event, sheet);
  });
  document.addEventListener("htmx:after:request", (event) => {
    const form = event.target;
    const sheet = form instanceof HTMLFormElement ? form.closest<HTMLElement>(".sheet:popover-open") : null;
    if (!sheet || ((event as Answer).detail.ctx?.response?.status ?? 500) >= 400) return;
    sheet.hidePopover();
    (form as HTMLFormElement).reset();
  });
}
