// All the script that Tocsin's pages run. Every page works without it; it adds what is live.
import "./htmx";
import "./sse";
import { clearForms } from "./clear";
import { copyFields } from "./copy";
import { enlivenCalendar } from "./calendar";
import { writeEntries } from "./composer";
import { keepDrafts } from "./drafts";
import { listenForKeys } from "./keys";
import { followStream } from "./live";
import { sendOnce } from "./once";
import { sayRefusals } from "./refusals";
import { renewParts } from "./renew";
import { openSheets } from "./sheets";
import { tickTimes } from "./times";

tickTimes();
listenForKeys();
keepDrafts();
writeEntries();
openSheets();
clearForms();
copyFields();
sayRefusals();
sendOnce();
renewParts();
followStream();
enlivenCalendar();
