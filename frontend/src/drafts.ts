// What is being typed is never lost: a text field with data-draft keeps its text for this tab until it has been sent.

const PREFIX = "draft:";

// A draft belongs to the text that it began with: once the page comes with another one, it has been saved.
interface Draft {
  from: string;
  text: string;
}

function read(key: string): Draft | null {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null") as Draft | null;
  } catch {
    return null;
  }
}

export function keepDrafts(): void {
  for (const field of document.querySelectorAll<HTMLTextAreaElement>("textarea[data-draft]")) {
    const key = PREFIX + (field.dataset["draft"] ?? "");
    const kept = read(key);
    if (kept && kept.from === field.defaultValue) field.value = kept.text;
    else sessionStorage.removeItem(key);
    const keep = () => {
      const draft: Draft = { from: field.defaultValue, text: field.value };
      sessionStorage.setItem(key, JSON.stringify(draft));
    };
    field.addEventListener("input", keep);
    let sent = "";
    // The field itself asks for how its text will be understood: that sends nothing.
    field.form?.addEventListener("htmx:before:request", (event) => {
      if (event.target === field.form) sent = field.value;
    });
    field.form?.addEventListener("htmx:after:request", (event) => {
      if (event.target !== field.form) return;
      const status = (event as CustomEvent<{ ctx?: { response?: { status: number } } }>).detail.ctx?.response?.status ?? 500;
      if (status >= 400) return;
      // What was typed while the text was on its way has not been sent.
      field.value = field.value.startsWith(sent) ? field.value.slice(sent.length) : field.value;
      if (field.value) keep();
      else sessionStorage.removeItem(key);
      if (!field.value) field.form?.querySelector(".understood")?.replaceChildren();
    });
  }
}
