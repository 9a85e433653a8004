export default function ({ data, parentElement }) {
  const dialog = parentElement.querySelector("dialog");
  const [show, close] = parentElement.querySelectorAll("button");
  for (const code of parentElement.querySelectorAll(".code")) {
    if (code.drawn !== data.svg) code.innerHTML = code.drawn = data.svg;
    code.setAttribute("aria-label", data.alt);
  }
  parentElement.querySelector("p").textContent = data.link;
  show.onclick = () => {
    dialog.showModal();
    dialog.requestFullscreen?.().catch(() => {}); // where that is not allowed, the window is filled
  };
  close.onclick = () => dialog.close();
  dialog.onclose = () => {
    if (document.fullscreenElement) document.exitFullscreen();
    show.focus();
  };
  dialog.onfullscreenchange = () => {
    if (!document.fullscreenElement) dialog.close();
  };
  // The dialog that this one stands in stays open.
  dialog.onkeydown = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    event.preventDefault();
    dialog.close();
  };
}
