const SHORT = 3; // letters of a choice that is shown large

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".taps");
  const [place, says] = [root.querySelector(".choices"), root.querySelector("p")];
  if (root.asked !== data.asked || !data.open) root.tapped = null;
  root.asked = data.asked;
  const isShort = data.choices.every((choice) => choice.length <= SHORT);
  root.classList.toggle("short", isShort);
  place.style.setProperty("--least", isShort ? "110px" : "260px");
  while (place.children.length > data.choices.length) place.lastChild.remove();
  while (place.children.length < data.choices.length) {
    const made = document.createElement("button");
    made.type = "button";
    place.append(made);
  }
  function mark() {
    const chosen = root.tapped ?? data.chosen;
    [...place.children].forEach((button, i) => {
      button.setAttribute("aria-pressed", String(i === chosen));
    });
    const isKept = chosen === data.chosen;
    says.classList.toggle("answer", data.words !== "");
    if (data.words) write(says, data.words);
    else if (chosen === null) write(says, data.open ? "" : "You did not answer.");
    else if (!data.open) write(says, `You said ${data.choices[chosen]}. Look at the screen.`);
    else write(says, isKept ? `You say ${data.choices[chosen]}. You may still change it.` : "Sending …");
  }
  [...place.children].forEach((button, i) => {
    write(button, data.choices[i]);
    button.disabled = !data.open;
    button.classList.toggle("right", i === data.right);
    button.onclick = () => {
      root.tapped = i;
      mark();
      setStateValue("tap", { asked: data.asked, choice: i });
    };
  });
  if (root.tapped === data.chosen) root.tapped = null;
  mark();
}
