// The keyboard: `?` shows what there is. A key follows the link or presses the button that carries it in data-key
// ("a", "g o"), so that no page can offer a key for something it does not show.

const PAUSE = 1000;

/** For a moment after a dialog has closed, the focus is still in its field, which nobody sees. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement) || !target.checkVisibility()) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

function targetOf(keys: string): HTMLElement | undefined {
  // A page that is behind "More" has its key all the same.
  return [...document.querySelectorAll<HTMLElement>(`[data-key="${CSS.escape(keys)}"]`)].find(
    (element) => element.matches(".pages a") || element.checkVisibility(),
  );
}

function follow(keys: string): boolean {
  const target = targetOf(keys);
  if (!target) return false;
  if (target.matches("input, textarea, select")) target.focus();
  else target.click();
  return true;
}

// Only what this page answers to.
function showHelp(help: HTMLDialogElement): void {
  for (const row of help.querySelectorAll<HTMLElement>("[data-for]")) row.hidden = !targetOf(row.dataset["for"] ?? "");
  help.showModal();
}

/** In a field the keys are letters; Escape gives them back. What it closes otherwise, it closes as ever. */
function leaveField(target: EventTarget | null): void {
  if (isTyping(target) && !(target as HTMLElement).closest("dialog, [popover]")) (target as HTMLElement).blur();
}

export function listenForKeys(): void {
  let before = "";
  let timer = 0;
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leaveField(event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
    if (isTyping(event.target) || document.querySelector("dialog[open], .sheet:popover-open")) return;
    const help = document.querySelector<HTMLDialogElement>("#keys");
    if (event.key === "?" && help) {
      showHelp(help);
      return;
    }
    const keys = before ? `${before} ${event.key}` : event.key;
    before = event.key === "g" ? "g" : "";
    window.clearTimeout(timer);
    timer = window.setTimeout(() => (before = ""), PAUSE);
    if (follow(keys)) event.preventDefault();
  });
}
