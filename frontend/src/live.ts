// The live part of a page: entries arrive by server-sent events, are shown once, and say when the stream is cut.
import { serverNow } from "./times";
import { localOf } from "./zones";

type StreamEvent = CustomEvent<{
  message?: { data: string; id: string };
  connection?: { attempt: number; reader: ReadableStreamDefaultReader | null };
}>;

const state = { unseen: 0 };

/** Else it is an entry that is shown already, as it reads since it was corrected. */
function isNew(html: string): boolean {
  return html.includes('hx-target="#timeline"');
}

/** What was written down later stands where it happened: entries are in the order of their instants. */
function putInPlace(timeline: Element): void {
  const last = timeline.lastElementChild;
  if (!(last instanceof HTMLElement)) return;
  const at = Number(last.dataset["at"] ?? 0);
  let before = last.previousElementSibling;
  while (before instanceof HTMLElement && Number(before.dataset["at"] ?? 0) > at) before = before.previousElementSibling;
  if (before !== last.previousElementSibling) timeline.insertBefore(last, before ? before.nextElementSibling : timeline.firstElementChild);
}

/** The stream re-reads its last seconds after a cut, so an entry may come twice: it is shown once. */
function alreadyShown(html: string): boolean {
  if (!isNew(html)) return false;
  const entry = /<li id="(entry-\d+)"/.exec(html)?.[1];
  return entry !== undefined && document.getElementById(entry) !== null;
}

/** Says since when nothing has come, on the viewer's clock, or nothing at all. */
function say(cutAt: number | null): void {
  const { classList, dataset } = document.documentElement;
  classList.toggle("is-cut", cutAt !== null);
  const note = document.querySelector<HTMLElement>("#stream-note");
  if (!note) return;
  const time = cutAt === null ? "" : localOf(cutAt, dataset["zone"] ?? "UTC").slice(-5);
  note.textContent = cutAt === null ? "" : (note.dataset["cut"] ?? "").replace("{time}", time);
}

function countUnseen(): void {
  const pill = document.querySelector<HTMLElement>("#unseen");
  if (!pill) return;
  pill.hidden = state.unseen === 0;
  pill.textContent = `${state.unseen} new`;
}

function watchTheEnd(end: Element): { inView: boolean } {
  const seen = { inView: true };
  new IntersectionObserver(([entry]) => {
    seen.inView = entry?.isIntersecting ?? true;
    if (!seen.inView) return;
    state.unseen = 0;
    countUnseen();
  }).observe(end);
  return seen;
}

// The server speaks at least every 15 s. A phone that changed networks hears nothing and gets no error either.
const SILENCE = 40_000;
const PATIENCE = 1_500;

function watchTheLine(stream: HTMLElement): void {
  const now = serverNow();
  let heard = now();
  let cut = 0;
  let connection: StreamEvent["detail"]["connection"];
  const isCut = () => {
    if (!cut) cut = window.setTimeout(() => say(heard), PATIENCE);
  };
  const isBack = () => {
    heard = now();
    if (!cut) return;
    window.clearTimeout(cut);
    cut = 0;
    say(null);
  };
  stream.addEventListener("htmx:sse:before:connection", (event) => {
    if ((event as StreamEvent).detail.connection?.attempt) isCut();
  });
  stream.addEventListener("htmx:sse:after:connection", isBack);
  stream.addEventListener("htmx:sse:before:message", (event) => {
    isBack();
    connection = (event as StreamEvent).detail.connection;
  });
  for (const name of ["htmx:sse:error", "htmx:sse:close", "htmx:error", "htmx:response:error"]) {
    stream.addEventListener(name, (event) => {
      if (event.target === stream) isCut();
    });
  }
  window.addEventListener("offline", isCut);
  window.setInterval(() => {
    if (now() - heard < SILENCE) return;
    isCut();
    void connection?.reader?.cancel();
  }, 5_000);
}

// A stream that was open connects again by itself; one whose very first request failed is asked for anew from here.
function tryAgain(stream: HTMLElement): void {
  let delay = 1_000;
  const again = (event: Event) => {
    if (event.target !== stream) return;
    window.setTimeout(() => stream.dispatchEvent(new CustomEvent("reconnect")), delay);
    delay = Math.min(2 * delay, 30_000);
  };
  stream.addEventListener("htmx:error", again);
  stream.addEventListener("htmx:response:error", again);
  stream.addEventListener("htmx:sse:after:connection", () => (delay = 1_000));
}

export function followStream(): void {
  const stream = document.querySelector<HTMLElement>("[hx-sse\\:connect]");
  if (!stream) return;
  watchTheLine(stream);
  tryAgain(stream);
  // More was missed than the server sends again. The forms of the page have a reset event of their own.
  stream.addEventListener("reset", (event) => {
    if (event.target === stream) location.reload();
  });
  const end = document.querySelector("#timeline-end");
  const seen = end ? watchTheEnd(end) : { inView: true };

  stream.addEventListener("htmx:sse:before:message", (event) => {
    const { detail } = event as StreamEvent;
    if (detail.message && alreadyShown(detail.message.data)) event.preventDefault();
  });
  stream.addEventListener("htmx:sse:after:message", (event) => {
    if (!isNew((event as StreamEvent).detail.message?.data ?? "")) return;
    const timeline = document.querySelector("#timeline");
    if (timeline) putInPlace(timeline);
    if (end && seen.inView) end.scrollIntoView({ block: "nearest" });
    else state.unseen += 1;
    countUnseen();
  });
  document.querySelector("#unseen")?.addEventListener("click", () => end?.scrollIntoView({ block: "nearest" }));
}
