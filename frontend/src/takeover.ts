// The small form that puts somebody on call for the time that was chosen in the calendar. The page of its own has the same.
import { elsewhere, instantOf, localOf } from "./zones";

type Swap = CustomEvent<{ ctx?: { sourceElement?: HTMLElement; response?: { status: number } } }>;

interface Parts {
  dialog: HTMLDialogElement;
  form: HTMLFormElement;
  schedule: HTMLSelectElement;
  user: HTMLSelectElement;
  from: HTMLInputElement;
  to: HTMLInputElement;
  beside: HTMLElement;
  anyway: HTMLElement;
}

/** Null for who may not change who is on call: they have no form. */
function parts(): Parts | null {
  const dialog = document.querySelector<HTMLDialogElement>("#take-over");
  const form = dialog?.querySelector("form");
  const schedule = dialog?.querySelector<HTMLSelectElement>("[name=schedule]");
  const user = dialog?.querySelector<HTMLSelectElement>("[name=user]");
  const from = dialog?.querySelector<HTMLInputElement>("[name=from]");
  const to = dialog?.querySelector<HTMLInputElement>("[name=to]");
  const beside = dialog?.querySelector<HTMLElement>("[data-beside]");
  const anyway = dialog?.querySelector<HTMLElement>("[data-anyway]");
  return dialog && form && schedule && user && from && to && beside && anyway
    ? { dialog, form, schedule, user, from, to, beside, anyway }
    : null;
}

const zoneOf = (schedule: HTMLSelectElement): string => schedule.selectedOptions[0]?.dataset["zone"] ?? "UTC";

/** Where the form goes, whom it offers, on which clock it is, and what that is on the viewer's. */
function follow({ form, schedule, user, from, to, beside }: Parts): void {
  const zone = zoneOf(schedule);
  const leads = schedule.selectedOptions[0]?.hasAttribute("data-leads") ?? false;
  for (const option of [...user.options].slice(1)) option.disabled = !leads;
  if (user.selectedOptions[0]?.disabled) user.selectedIndex = 0;
  form.dataset["clock"] = zone;
  form.setAttribute("hx-post", `/oncall/${encodeURIComponent(schedule.value)}/override`);
  form.action = `/oncall/${encodeURIComponent(schedule.value)}/override`;
  const there = elsewhere(from.value, to.value, zone, form.dataset["zone"] ?? "UTC");
  beside.textContent = `On the clock of ${zone}.` + (there ? ` For you: ${there}.` : "");
}

/** Beside a place of the window, within it. */
function put(dialog: HTMLDialogElement, x: number, y: number): void {
  dialog.style.left = `${Math.max(8, Math.min(x, innerWidth - dialog.offsetWidth - 16))}px`;
  dialog.style.top = `${Math.max(8, Math.min(y, innerHeight - dialog.offsetHeight - 16))}px`;
}

/** Opens the form for a schedule ("": as it was) and instants, near a place of the window. */
export function offer(chosen: { schedule: string; from: number; to: number }, x: number, y: number): void {
  const found = parts();
  if (!found) return;
  if (chosen.schedule) found.schedule.value = chosen.schedule;
  found.from.value = localOf(chosen.from, zoneOf(found.schedule));
  found.to.value = localOf(chosen.to, zoneOf(found.schedule));
  found.form.querySelectorAll<HTMLInputElement>("[name=anyway]").forEach((field) => (field.value = ""));
  found.anyway.hidden = true;
  for (const note of found.form.querySelectorAll<HTMLElement>("[role=alert]")) note.hidden = true;
  follow(found);
  found.dialog.showModal();
  put(found.dialog, x, y);
  found.user.focus();
}

/** `done` once somebody has been put on call, `left` whenever the form is gone. */
export function listenToOffer(done: () => void, left: () => void): void {
  const found = parts();
  if (!found) return;
  const { dialog, form, schedule, from, to, anyway } = found;
  form.addEventListener("input", () => {
    // Another schedule may have another clock: the instants stay.
    const before = form.dataset["clock"] ?? "UTC";
    if (before !== zoneOf(schedule)) {
      for (const field of [from, to]) if (field.value) field.value = localOf(instantOf(field.value, before), zoneOf(schedule));
    }
    follow(found);
  });
  dialog.addEventListener("close", left);
  dialog.querySelector("[data-cancel]")?.addEventListener("click", () => dialog.close());
  form.addEventListener("htmx:after:request", (event) => {
    // 409: it breaks a rule, and may be done all the same by who says why.
    if ((event as Swap).detail.ctx?.response?.status !== 409) return;
    anyway.hidden = false;
    anyway.querySelector("input")?.focus();
  });
  document.addEventListener("htmx:after:swap", (event) => {
    const { ctx } = (event as Swap).detail;
    if (ctx?.sourceElement !== form || (ctx.response?.status ?? 500) >= 400) return; // a refusal swaps nothing
    dialog.close();
    form.reset();
    done();
  });
}
