// The menu in a figure's corner: save(format) saves it as "svg" or "png".
function offerToSave(menu, save) {
  const shut = () => {
    menu.open = false;
  };
  const away = (event) => {
    if (menu.open && event.composedPath().includes(menu)) return;
    shut();
    document.removeEventListener("pointerdown", away);
  };
  menu.ontoggle = () => {
    if (menu.open) document.addEventListener("pointerdown", away);
  };
  menu.onkeydown = (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    shut();
    menu.querySelector("summary").focus();
  };
  for (const button of menu.querySelectorAll("button")) {
    button.onclick = async () => {
      try {
        await save(button.dataset.format);
        menu.querySelector("summary").focus();
        shut();
      } catch {
        button.textContent = "It cannot be saved";
      }
    };
  }
}
