// A part of the page that shows what has changed asks for itself: soon after the first change, then at most once a second
// however many there are, so that a storm of entries is no storm of requests. While one is on its way htmx keeps one more.

const SOON = 100;
const APART = 1_000;

function renewOn(stream: Element, part: HTMLElement): void {
  let timer = 0;
  let last = -APART;
  stream.addEventListener("changed", () => {
    if (timer) return; // what is asked for then shows this change, too
    const wait = Math.max(SOON, last + APART - performance.now());
    timer = window.setTimeout(() => {
      timer = 0;
      last = performance.now();
      part.dispatchEvent(new CustomEvent("renew"));
    }, wait);
  });
}

export function renewParts(): void {
  for (const part of document.querySelectorAll<HTMLElement>("[data-renew-on]")) {
    const stream = document.querySelector(part.dataset["renewOn"] ?? "");
    if (stream) renewOn(stream, part);
  }
}
