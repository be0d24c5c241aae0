// htmx puts itself on `window`; its extensions look for it there, so it must be imported before them.
import htmx from "htmx.org/dist/htmx.esm.js";

htmx.config.includeIndicatorCSS = false;
htmx.config.history = false;
// A 4xx or 5xx answer never replaces a part of the page; live.ts says what happened.
htmx.config.noSwap = [204, 304, "4xx", "5xx"];

export default htmx;
