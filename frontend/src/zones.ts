// Local times of a zone, as fields for a date and a time have them ("2026-11-23T09:00"), and the instants they mean.
// Only to show: what a doubtful local time means is decided by the server.

const MINUTE = 60_000;

function parts(at: number, zone: string): Record<string, string> {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    weekday: "short",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  return Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]));
}

export function localOf(at: number, zone: string): string {
  const { year, month, day, hour, minute } = parts(at, zone);
  return `${year}-${month}-${day}T${hour}:${minute}`;
}

/** The instant whose local time this is; NaN for no time. */
export function instantOf(local: string, zone: string): number {
  const wanted = Date.parse(`${local}Z`);
  if (Number.isNaN(wanted)) return NaN;
  const offset = (at: number) => Date.parse(`${localOf(at, zone)}Z`) - Math.floor(at / MINUTE) * MINUTE;
  const guess = wanted - offset(wanted);
  return wanted - offset(guess);
}

/** "Mon 09:00": close by, a weekday is enough. */
function words(at: number, zone: string): string {
  const { weekday, day, hour, minute } = parts(at, zone);
  return `${weekday} ${Number(day)} ${hour}:${minute}`;
}

export function placeOf(zone: string): string {
  return zone.slice(zone.lastIndexOf("/") + 1).replaceAll("_", " ");
}

/** A span of local times of one zone on another's clock; "" where both show the same. */
export function elsewhere(from: string, to: string, zone: string, other: string): string {
  const [begins, ends] = [instantOf(from, zone), instantOf(to, zone)];
  if (Number.isNaN(begins) || Number.isNaN(ends)) return "";
  if (localOf(begins, other) === from && localOf(ends, other) === to) return "";
  return `${words(begins, other)} – ${words(ends, other)} in ${placeOf(other)}`;
}
