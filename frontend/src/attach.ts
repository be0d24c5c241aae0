// Files that are pasted or dropped where entries are written are attached to the incident, one after the other. The sheet
// with a field for a file does the same without this.
import { sayIn } from "./refusals";

function note(form: HTMLFormElement, words: string): void {
  const place = form.querySelector(".understood");
  if (place) place.textContent = words;
}

async function attach(form: HTMLFormElement, file: File): Promise<string> {
  const body = new FormData();
  body.append("csrf", new FormData(form).get("csrf") ?? "");
  body.append("file", file, file.name);
  try {
    const answer = await fetch(form.dataset["attach"] ?? "", { method: "POST", body, headers: { "HX-Request": "true" } });
    return answer.ok ? "" : `${file.name}: ${await answer.text()}`;
  } catch {
    return `${file.name} could not be sent: the server does not answer. Add it again in a moment.`;
  }
}

async function attachAll(form: HTMLFormElement, files: FileList): Promise<void> {
  sayIn(form, "");
  for (const file of files) {
    note(form, `Attaching ${file.name} …`);
    const refused = await attach(form, file);
    note(form, "");
    if (refused) sayIn(form, refused);
  }
}

/** What a spreadsheet copies is a text first, and a picture of it besides. */
const isFile = (data: DataTransfer | null): data is DataTransfer =>
  data !== null && data.files.length > 0 && !data.types.includes("text/plain");

export function attachFiles(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-attach]");
  if (!form) return;
  form.addEventListener("paste", (event) => {
    if (!isFile(event.clipboardData)) return;
    event.preventDefault();
    void attachAll(form, event.clipboardData.files);
  });
  const area = form.closest("section") ?? form;
  const mark = (is: boolean) => form.classList.toggle("takes-file", is);
  area.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    mark(true);
  });
  area.addEventListener("dragleave", () => mark(false));
  area.addEventListener("drop", (event) => {
    mark(false);
    if (!isFile(event.dataTransfer)) return;
    event.preventDefault();
    void attachAll(form, event.dataTransfer.files);
  });
}
