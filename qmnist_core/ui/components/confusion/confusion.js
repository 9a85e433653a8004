// The true digit down, the digit said across; a cell chooses the images behind it.
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".cells");
  const { names, order, chosen } = data;
  root.replaceChildren();
  const head = (text, name) => {
    const made = document.createElement("div");
    made.className = name;
    made.textContent = text;
    return made;
  };
  root.append(head("", "head"), head(`says ${names[0]}`, "head"), head(`says ${names[1]}`, "head"));
  const cells = [0, 1, 2, 3].map((i) => {
    const [truth, said] = [i >> 1, i & 1];
    const button = document.createElement("button");
    button.className = truth === said ? `right${truth}` : "wrong";
    const number = order.findIndex(([row, column]) => row === truth && column === said);
    button.setAttribute("aria-pressed", String(number === chosen));
    button.onclick = () => setTriggerValue("click", number);
    if (!said) root.append(head(withArticle(names[truth]), "row"));
    root.append(button);
    return button;
  });
  play.follow(root, data.run, (reel, frame) => {
    const counts = reel.confusion.subarray(frame * 4, frame * 4 + 4);
    cells.forEach((cell, i) => {
      const total = counts[i & 2] + counts[(i & 2) + 1];
      const share = total ? percent(counts[i] / total) : "–";
      const strong = document.createElement("b");
      strong.textContent = counted(counts[i]);
      cell.replaceChildren(strong, " ", share);
      cell.setAttribute(
        "aria-label",
        `${strong.textContent} ${share}: ${counts[i]} of ${total} images of ${names[i >> 1]} are called ${names[i & 1]}: show them`,
      );
    });
  });
}
