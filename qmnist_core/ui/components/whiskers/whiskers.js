// Accuracies with their intervals on one axis. The axis begins at a full tenth below all of them, and says so.
export default function ({ data, parentElement }) {
  const [kinds, rows, axis] = [".kinds", ".rows", ".axis"].map((name) => parentElement.querySelector(name));
  const part = (name, text = "", tag = "div") =>
    Object.assign(document.createElement(tag), { className: name, textContent: text });
  const seen = data.rows.flatMap((row) => row.marks).filter(Boolean);
  const low = Math.max(0, Math.floor(10 * Math.min(0.9, ...seen.map((mark) => mark[1]))) / 10);
  const place = (share) => `${(100 * (share - low)) / (1 - low)}%`;
  const wide = (share) => `${(100 * share) / (1 - low)}%`;

  kinds.replaceChildren(
    ...data.kinds.map((title, i) => {
      const kind = part("kind", title);
      kind.prepend(part(`dot kind-${i}`));
      return kind;
    }),
  );
  kinds.hidden = data.kinds.length < 2;
  rows.replaceChildren(
    ...data.rows.map((row) => {
      const made = part(row.is_own ? "row own" : "row", "", "li");
      if (row.colour) made.style.setProperty("--colour", row.colour);
      const words = part("words");
      words.append(part("name", row.name), part("about", row.about));
      const track = part("track");
      const figures = part("figures");
      row.marks.forEach((mark, i) => {
        if (!mark) return;
        const [value, from, to, n] = mark;
        const line = part(`line kind-${i}`);
        Object.assign(line.style, { left: place(from), width: wide(to - from) });
        const dot = part(`dot kind-${i}`);
        dot.style.left = place(value);
        track.append(line, dot);
        const figure = part("figure", percent(value));
        const about = `${data.kinds[i]}: ${percent(value)}, 95\u00a0% interval ${(100 * from).toFixed(1)} to ${percent(to)}`;
        figure.title = `${about}, ${counted(n)} images`;
        figures.append(figure);
      });
      made.title = [...figures.children].map((figure) => figure.title).join("\n");
      made.append(words, track, figures);
      return made;
    }),
  );
  const scale = part("scale");
  scale.append(part("tick", `${low > 0 ? "from " : ""}${Math.round(100 * low)}\u00a0%`), part("tick", "100\u00a0%"));
  axis.replaceChildren(part("words"), scale, part("figures"));
  axis.hidden = !seen.length;
}
