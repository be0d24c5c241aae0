// htmx puts itself on `window`; its extensions look for it there, so it must be imported before them.
import htmx from "htmx.org/dist/htmx.esm.js";

htmx.config.includeIndicatorCSS = false;
htmx.config.history = false;
// A 4xx or 5xx answer never replaces a part of the page; live.ts says what happened.
htmx.config.noSwap = [204, 304, "4xx", "5xx"];

// A <details> that the reader has opened stays open when its part of the page is renewed.
htmx.config.morphIgnore = ["data-htmx-powered", "open"];

export default htmx;
