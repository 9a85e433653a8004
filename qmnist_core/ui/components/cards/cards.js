const SIDE = 28,
  SURE = 4000; // milliseconds for which a button that asks waits for the second press

function painted(canvas, text) {
  [canvas.width, canvas.height] = [SIDE, SIDE];
  const pen = canvas.getContext("2d");
  const picture = pen.createImageData(SIDE, SIDE);
  numbers(text, Uint8Array).forEach((gray, i) => {
    picture.data.set([gray, gray, gray, 255], 4 * i);
  });
  pen.putImageData(picture, 0, 0);
}
export default function ({ data, parentElement, setTriggerValue }) {
  const list = parentElement.querySelector(".cards");
  list.tell = setTriggerValue;
  const all = JSON.stringify(data.cards);
  if (list.drawn === all) return; // a button that is being pressed stays
  list.drawn = all;
  const known = new Map([...list.children].map((row) => [row.dataset.card, row]));
  function press(button, id, [act, label, asks]) {
    if (asks && !button.classList.contains("asks")) {
      button.classList.add("asks");
      write(button, "Sure?");
      setTimeout(() => {
        button.classList.remove("asks");
        write(button, label);
      }, SURE);
    } else list.tell("act", { id, act });
  }
  function row(card) {
    const text = JSON.stringify(card);
    if (known.has(text)) return known.get(text);
    const made = document.createElement("li");
    made.dataset.card = text;
    if (card.pixels) {
      const canvas = document.createElement("canvas");
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", `A drawing by ${card.words}`);
      painted(canvas, card.pixels);
      made.append(canvas);
    }
    const who = document.createElement("span");
    who.className = "who";
    who.textContent = card.words;
    if (card.note) {
      const note = document.createElement("span");
      note.className = "note";
      note.textContent = ` ${card.note}`;
      who.append(note);
    }
    const acts = document.createElement("span");
    acts.className = "acts";
    const about = document.createElement("div");
    about.className = "about";
    about.append(who, acts);
    made.append(about);
    for (const act of card.acts) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = act[1];
      button.setAttribute("aria-label", `${act[1]}: ${card.words}`);
      button.onclick = () => press(button, card.id, act);
      acts.append(button);
    }
    return made;
  }
  list.replaceChildren(...data.cards.map(row));
}
