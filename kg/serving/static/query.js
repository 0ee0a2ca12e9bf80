// What the query page gains with scripts: Ctrl+Enter, and the answer in other formats. The page works without.
"use strict";

const form = document.getElementById("query-form");
const query = document.getElementById("query");
document.getElementById("hint").hidden = false;

query.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  }
});

async function download(button, name, media) {
  button.disabled = true;
  try {
    const body = new URLSearchParams(new FormData(form));
    const response = await fetch(form.action, { method: "POST", headers: { Accept: media }, body });
    if (!response.ok) {
      const answer = await response.json();
      throw new Error(answer.error.detail);
    }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await response.blob());
    link.download = `answer.${name}`;
    link.click();
    URL.revokeObjectURL(link.href);
  } catch (error) {
    button.title = String(error.message || error);
    button.classList.add("failed");
  } finally {
    button.disabled = false;
  }
}

const downloads = document.getElementById("downloads");
if (downloads) {
  for (const entry of downloads.dataset.formats.split(" ")) {
    const [name, media] = entry.split("=");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.addEventListener("click", () => download(button, name, media));
    downloads.append(" ", button);
  }
  downloads.hidden = false;
}
