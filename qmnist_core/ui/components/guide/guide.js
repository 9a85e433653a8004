const PHONE = "(max-width: 768px)";
const IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]';
const PLACE = ".st-key-lesson, .st-key-lesson-behind, .st-key-lesson-away";
const TOP = 60; // pixels that the bar takes of the page
// Outlasts the page: which step was shown last, and whether a phone's sheet is open.
window.qmnistGuide ??= { step: undefined, open: false };
const kept = window.qmnistGuide;

function written(element, text) {
  const paragraphs = text.split(/\n\s*\n/).map((words) => {
    const p = document.createElement("p");
    for (const part of words.split(/(\*\*[^*]+\*\*|\*[^*]+\*)/)) {
      const stars = part.match(/^\*{0,2}/)[0].length;
      const isMarked = stars > 0 && part.length > 2 * stars && part.endsWith("*".repeat(stars));
      const piece = isMarked ? document.createElement(stars === 2 ? "strong" : "em") : new Text();
      piece.textContent = isMarked ? part.slice(stars, -stars) : part;
      p.append(piece);
    }
    return p;
  });
  element.replaceChildren(...paragraphs);
}

function choice() {
  const button = document.createElement("button");
  button.type = "button";
  for (const name of ["sign", "words", "note"]) {
    const part = document.createElement("span");
    part.className = name;
    button.append(part);
  }
  button.firstChild.setAttribute("aria-hidden", "true");
  return button;
}

// Scroll to something, unless all of it is in sight, and draw a ring around it that fades.
function show(target, main) {
  const { top, bottom } = target.getBoundingClientRect();
  const dock = document.querySelector(".st-key-dock")?.getBoundingClientRect().top ?? innerHeight;
  const sheet = matchMedia(PHONE).matches ? document.querySelector(PLACE).getBoundingClientRect().top : dock;
  const end = Math.min(dock, sheet) - 12;
  const by = Math.min(bottom - end, top - TOP); // its end in sight, but never at the cost of its beginning
  if (by > 0 || top < TOP) main.scrollBy({ top: by > 0 ? by : top - TOP, behavior: "smooth" });
  const ring = { outline: "4px solid #8a5cf6", outlineOffset: "4px", borderRadius: "8px" };
  target.animate([ring, { ...ring, offset: 0.7 }, { ...ring, outlineColor: "transparent" }], 3000);
}

export default function ({ data, parentElement, setTriggerValue }) {
  const guide = parentElement.querySelector(".guide");
  const find = (name) => guide.querySelector(name);
  const host = parentElement.getRootNode().host ?? parentElement;
  const main = host.closest('[data-testid="stMain"]');
  const target = () => (data.mark ? document.querySelector(`.st-key-${CSS.escape(data.mark)}`) : null);
  const sheet = (open) => {
    kept.open = open;
    guide.classList.toggle("is-open", open);
    host.closest(PLACE).dataset.open = open; // for the style sheet of the page
    find(".open").setAttribute("aria-expanded", open);
  };

  find(".of").textContent = `Step ${data.number} of ${data.total}`;
  find("h2").textContent = data.title;
  Object.assign(find("progress"), { max: data.total, value: data.number });
  find("progress").setAttribute("aria-label", `${data.lesson}, step ${data.number} of ${data.total}`);
  for (const name of ["text", "question", "answer"]) written(find(`.${name}`), data[name]);
  written(find(".look span"), `**Look at** ${data.look}`);
  for (const name of [".look", ".question", ".reply"]) find(name).hidden = !data.question;
  find(".head").onclick = () => matchMedia(PHONE).matches && sheet(!kept.open);
  find(".look").onclick = () => {
    sheet(false);
    const found = target();
    if (found) show(found, main);
    else main?.scrollTo({ top: 0, behavior: "smooth" });
  };
  sheet(kept.open);

  const [choices, details] = [find(".choices"), find("details")];
  const hasChoices = data.choices.length > 0;
  const mark = (chosen) => {
    [...choices.children].forEach((button, i) => {
      const isRight = chosen !== null && i === data.right;
      const isWrong = i === chosen && !isRight;
      button.className = isRight ? "is-right" : isWrong ? "is-wrong" : "";
      const notes = [isRight ? "right" : "", i === chosen ? "your choice" : ""].filter(Boolean);
      write(button.children[0], isRight ? "✓" : isWrong ? "✗" : "");
      write(button.children[2], notes.join(", "));
    });
    choices.disabled = chosen !== null;
    details.hidden = hasChoices && chosen === null;
    details.ariaLabel = hasChoices ? `Your choice is ${chosen === data.right ? "right" : "wrong"}` : null;
  };
  while (choices.children.length < data.choices.length) choices.append(choice());
  while (choices.children.length > data.choices.length) choices.lastChild.remove();
  [...choices.children].forEach((button, number) => {
    write(button.children[1], data.choices[number]);
    button.onclick = () => {
      mark(number); // now: the server only remembers it
      details.focus({ preventScroll: true });
      find(".reply").scrollIntoView({ block: "nearest" });
      setTriggerValue("chosen", { step: data.name, number });
    };
  });
  choices.hidden = !hasChoices;
  find("summary").hidden = hasChoices;
  if (hasChoices) details.open = true;
  mark(data.chosen);

  if (kept.step === data.name) return;
  kept.step = data.name;
  details.open = hasChoices;
  find(".head").scrollIntoView({ block: "nearest" });
  find(".body").scrollTop = 0;
  main?.scrollTo({ top: 0 });
  let [looks, rests, last] = [0, 0, ""];
  const again = setInterval(() => {
    const found = target();
    const { top, height } = found?.getBoundingClientRect() ?? { top: 0, height: 0 };
    const now = `${top} ${height}`;
    rests = height && now === last ? rests + 1 : 0;
    last = now;
    looks += 1;
    if (kept.step !== data.name || !data.mark || looks > 600) clearInterval(again);
    else if (rests > 2 && (document.querySelector(IDLE) || looks > 20)) {
      clearInterval(again);
      show(found, main);
    }
  }, 100);
}
