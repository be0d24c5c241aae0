// The on-call calendar with a mouse and with keys: a stretch of time is chosen by dragging, or with Shift and the arrows,
// and a form puts somebody on call for it. Everything the calendar shows is there without this.
import { listenToOffer, offer } from "./takeover";

/** A stretch of time, and the row in which it was begun. `schedule` is empty where the row has several. */
interface Chosen {
  row: HTMLTableRowElement;
  schedule: string;
  from: number;
  to: number;
}

const MINUTE = 60_000;
/** What a mouse can point at, in minutes; in a month it is a day. */
const STEPS: Record<string, number> = { week: 60, day: 15 };
const CLICK = 4;
const SVG = "http://www.w3.org/2000/svg";

type Timed = HTMLElement | SVGElement;
const fromOf = (of: Timed): number => Date.parse(of.dataset["from"] ?? "");
const toOf = (of: Timed): number => Date.parse(of.dataset["to"] ?? "");
const scheduleOf = (row: HTMLElement): string => row.dataset["schedule"] ?? "";
const rowOf = (cell: Element): HTMLTableRowElement => cell.closest("tr") as HTMLTableRowElement;
const theTable = (): HTMLTableElement | null => document.querySelector<HTMLTableElement>("#calendar table");
const isMonth = (table: HTMLTableElement): boolean => table.dataset["scale"] === "month";
const cellsOf = (root: Element): HTMLTableCellElement[] => [...root.querySelectorAll<HTMLTableCellElement>("td[data-from]")];

/** The cells through which a choice that begins in a row may go on: of a month all, else those of the row. */
const reachOf = (table: HTMLTableElement, row: Element): HTMLTableCellElement[] => cellsOf(isMonth(table) ? table : row);

function x(cells: HTMLTableCellElement[], at: number): number {
  const cell = cells.find((each) => at < toOf(each)) ?? cells.at(-1);
  if (!cell) return 0;
  const part = Math.min(1, Math.max(0, (at - fromOf(cell)) / (toOf(cell) - fromOf(cell))));
  return cell.offsetLeft + part * cell.offsetWidth;
}

function unpaint(): void {
  for (const mark of document.querySelectorAll("#calendar .chosen")) mark.remove();
  for (const cell of document.querySelectorAll("#calendar [aria-selected=true]")) cell.removeAttribute("aria-selected");
}

function paint(table: HTMLTableElement, chosen: Chosen): void {
  unpaint();
  for (const row of table.tBodies[0]?.rows ?? []) {
    const cells = cellsOf(row);
    const drawn = row.querySelector(".drawn");
    if ((row !== chosen.row && !isMonth(table)) || !cells[0] || !drawn) continue;
    for (const cell of cells) {
      if (fromOf(cell) < chosen.to && chosen.from < toOf(cell)) cell.setAttribute("aria-selected", "true");
    }
    const [begins, ends] = [x(cells, chosen.from), x(cells, chosen.to)];
    if (ends <= begins) continue;
    const mark = document.createElementNS(SVG, "rect");
    mark.setAttribute("class", "chosen");
    mark.setAttribute("x", String(begins - cells[0].offsetLeft));
    mark.setAttribute("width", String(ends - begins));
    mark.setAttribute("height", "100%");
    drawn.append(mark);
  }
}

// With a mouse.

/** What lies under the mouse: a day of a month, else the step of the row in which the choice began. */
function pointAt(table: HTMLTableElement, event: PointerEvent, within: HTMLTableRowElement | null): Chosen | null {
  const cell = (within && !isMonth(table) ? cellsOf(within) : cellsOf(table)).find((each) => {
    const box = each.getBoundingClientRect();
    const isBeside = within && !isMonth(table);
    return box.left <= event.clientX && event.clientX < box.right && (isBeside || (box.top <= event.clientY && event.clientY < box.bottom));
  });
  if (!cell) return null;
  const step = STEPS[table.dataset["scale"] ?? ""];
  const row = rowOf(cell);
  if (!step) return { row, schedule: scheduleOf(row), from: fromOf(cell), to: toOf(cell) };
  const box = cell.getBoundingClientRect();
  const passed = ((event.clientX - box.left) / box.width) * (toOf(cell) - fromOf(cell));
  const from = fromOf(cell) + Math.floor(passed / (step * MINUTE)) * step * MINUTE;
  return { row, schedule: scheduleOf(row), from, to: Math.min(from + step * MINUTE, toOf(cell)) };
}

function between(one: Chosen, other: Chosen): Chosen {
  return { ...one, from: Math.min(one.from, other.from), to: Math.max(one.to, other.to) };
}

/** What is left of the shift that was clicked. */
function shiftUnder(event: PointerEvent): Chosen | null {
  const bar = document
    .elementsFromPoint(event.clientX, event.clientY)
    .map((each) => each.closest<SVGElement>(".bar-box"))
    .find((each) => each !== null);
  if (!bar) return null;
  const quarter = 15 * MINUTE;
  const next = Math.ceil(Number(document.documentElement.dataset["now"]) / quarter) * quarter;
  const [from, to] = [Math.max(fromOf(bar), next), toOf(bar)];
  return from < to ? { row: rowOf(bar), schedule: bar.dataset["schedule"] ?? "", from, to } : null;
}

let began: { point: Chosen; x: number; y: number } | null = null;
let chosen: Chosen | null = null;

function stop(): void {
  began = null;
  chosen = null;
}

function listenToMouse(table: HTMLTableElement): void {
  table.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" || event.button !== 0 || (event.target as Element).closest("a")) return;
    const point = pointAt(table, event, null);
    if (!point) return;
    began = { point, x: event.clientX, y: event.clientY };
    event.preventDefault();
    table.setPointerCapture(event.pointerId);
  });
  table.addEventListener("pointermove", (event) => {
    if (!began || (!chosen && Math.hypot(event.clientX - began.x, event.clientY - began.y) < CLICK)) return;
    const point = pointAt(table, event, began.point.row);
    if (!point) return;
    chosen = between(began.point, point);
    paint(table, chosen);
  });
  table.addEventListener("pointerup", (event) => {
    const found = chosen ?? (began ? shiftUnder(event) : null);
    stop();
    if (!found) return;
    paint(table, found);
    offer(found, event.clientX + 8, event.clientY + 8);
  });
  table.addEventListener("pointercancel", () => {
    stop();
    unpaint();
  });
}

function listenToEscape(): void {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !began) return;
    stop();
    unpaint();
  });
}

// With keys: one cell can be reached by Tab, the arrows go from there.

function stepsOf(table: HTMLTableElement, cell: HTMLTableCellElement, key: string): HTMLTableCellElement | undefined {
  const row = cellsOf(rowOf(cell));
  const column = row.indexOf(cell);
  const all = reachOf(table, rowOf(cell));
  const place = all.indexOf(cell);
  const rows = [...(table.tBodies[0]?.rows ?? [])];
  const beside = (by: number) => {
    const other = rows[rows.indexOf(rowOf(cell)) + by];
    return other ? cellsOf(other)[column] : undefined;
  };
  switch (key) {
    case "ArrowLeft":
      return all[place - 1];
    case "ArrowRight":
      return all[place + 1];
    case "ArrowUp":
      return beside(-1);
    case "ArrowDown":
      return beside(1);
    case "Home":
      return row[0];
    case "End":
      return row.at(-1);
    default:
      return undefined;
  }
}

function focusOn(table: HTMLTableElement, cell: HTMLTableCellElement): void {
  for (const other of table.querySelectorAll("td[tabindex='0']")) other.setAttribute("tabindex", "-1");
  cell.setAttribute("tabindex", "0");
  cell.focus();
}

function listenToKeys(table: HTMLTableElement): void {
  let anchor: HTMLTableCellElement | null = null;
  const choice = (cell: HTMLTableCellElement): Chosen => {
    const other = anchor && reachOf(table, rowOf(cell)).includes(anchor) ? anchor : cell;
    const row = rowOf(cell);
    const [from, to] = [Math.min(fromOf(cell), fromOf(other)), Math.max(toOf(cell), toOf(other))];
    return { row, schedule: scheduleOf(row), from, to };
  };
  table.addEventListener("keydown", (event) => {
    const cell = (event.target as Element).closest<HTMLTableCellElement>("td[data-from]");
    if (!cell || event.target !== cell || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") {
      const box = cell.getBoundingClientRect();
      paint(table, choice(cell));
      offer(choice(cell), box.left, box.bottom);
    } else if (event.key === "Escape") {
      anchor = null;
      unpaint();
    } else {
      const next = stepsOf(table, cell, event.key);
      if (!next) return;
      anchor = event.shiftKey ? (anchor ?? cell) : null;
      focusOn(table, next);
      if (anchor) paint(table, choice(next));
      else unpaint();
    }
    event.preventDefault();
  });
}

/** A table that is read becomes a grid in which one moves. */
function makeGrid(table: HTMLTableElement): void {
  table.setAttribute("role", "grid");
  table.setAttribute("aria-multiselectable", "true");
  for (const cell of cellsOf(table)) {
    cell.setAttribute("role", "gridcell");
    cell.setAttribute("tabindex", "-1");
  }
  (table.querySelector("td.is-today") ?? table.querySelector("td[data-from]"))?.setAttribute("tabindex", "0");
}

// The line of the present instant.

const LINE_EVERY = 30_000;

function moveLine(now: () => number): void {
  for (const line of document.querySelectorAll<SVGLineElement>("#calendar .now")) {
    const cells = cellsOf(rowOf(line));
    const [first, last] = [cells[0], cells.at(-1)];
    if (!first || !last || now() >= toOf(last)) {
      line.remove();
      continue;
    }
    const place = String(x(cells, now()) - first.offsetLeft);
    line.setAttribute("x1", place);
    line.setAttribute("x2", place);
  }
}

function enliven(): void {
  const table = theTable();
  if (!table) return;
  makeGrid(table);
  if (!document.querySelector("#take-over")) return;
  listenToMouse(table);
  listenToKeys(table);
}

export function enlivenCalendar(): void {
  if (!theTable()) return;
  const skew = Number(document.documentElement.dataset["now"]) - Date.now();
  const now = () => Date.now() + skew;
  enliven();
  listenToEscape();
  setInterval(() => moveLine(now), LINE_EVERY);
  addEventListener("resize", () => moveLine(now));
  listenToOffer(() => {
    enliven();
    theTable()?.querySelector<HTMLElement>("td[tabindex='0']")?.focus();
  }, unpaint);
}
