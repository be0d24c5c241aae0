// Keeps "4 min ago" and "in 3 min" true. The exact clock beside them is the server's, in the viewer's zone.

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "12 s", "4 min", "2 h 5 min", "3 days": the same words as `times.duration` on the server. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  if (s < MINUTE) return `${s} s`;
  if (s < HOUR) return `${Math.floor(s / MINUTE)} min`;
  if (s < DAY) {
    const minutes = Math.floor((s % HOUR) / MINUTE);
    return `${Math.floor(s / HOUR)} h` + (minutes ? ` ${minutes} min` : "");
  }
  const days = Math.floor(s / DAY);
  return days === 1 ? "1 day" : `${days} days`;
}

function words(kind: string, seconds: number): string {
  if (kind === "since") return duration(seconds);
  if (kind === "until") return seconds < 0 ? `in ${duration(-seconds)}` : "now";
  return seconds < 5 ? "just now" : `${duration(seconds)} ago`;
}

// The server's clock, not the phone's: a phone that is four minutes off must not say "4 min ago" of a fresh page.
export function serverNow(): () => number {
  const rendered = Number(document.documentElement.dataset["now"]);
  const skew = Number.isFinite(rendered) ? rendered - Date.now() : 0;
  return () => Date.now() + skew;
}

export function tickTimes(): void {
  const now = serverNow();
  const tick = () => {
    for (const element of document.querySelectorAll<HTMLTimeElement>("time[data-tick]")) {
      const text = words(element.dataset["tick"] ?? "", (now() - Date.parse(element.dateTime)) / 1000);
      if (element.textContent !== text) element.textContent = text;
    }
  };
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick);
}
