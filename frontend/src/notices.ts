// Whoever is paged while Now is open behind other windows hears of it by a notification of the browser, where they have
// allowed that. It says no more than the page does; a click leads to the incident.

function tell(paged: HTMLElement): void {
  const notice = new Notification("You are being paged", { body: paged.dataset["title"] ?? "", tag: paged.id });
  notice.addEventListener("click", () => {
    window.focus();
    window.location.assign(paged.dataset["paged"] ?? "/");
  });
}

function watch(board: HTMLElement): void {
  const told = new Set<string>();
  const look = (): void => {
    for (const paged of board.querySelectorAll<HTMLElement>("[data-paged]")) {
      if (told.has(paged.id) || Notification.permission !== "granted") continue;
      told.add(paged.id);
      tell(paged);
    }
  };
  new MutationObserver(look).observe(board, { childList: true, subtree: true });
  look();
}

/** The question is asked by a button only: a browser shows it once, and nobody shall be asked before they know why. */
function offer(place: HTMLElement): void {
  const show = (): void => {
    place.hidden = Notification.permission !== "default";
  };
  place.querySelector("button")?.addEventListener("click", () => {
    void Notification.requestPermission().then(show);
  });
  show();
}

export function notifyOfPages(): void {
  const board = document.querySelector<HTMLElement>("#board");
  const place = document.querySelector<HTMLElement>("#notices");
  if (!board || !place || !("Notification" in window)) return;
  offer(place);
  watch(board);
}
