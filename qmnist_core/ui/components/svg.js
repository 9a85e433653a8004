// An SVG element, with attributes and children.
function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
// Words in it; anchor says which end of them is at x.
function written(x, y, content, anchor = "start", more = {}) {
  const made = svg("text", { x, y, "text-anchor": anchor, ...more });
  made.textContent = content;
  return made;
}
// The marks of a scale of ⟨Z⟩ from edge to edge.
function scaleMarks(place, y) {
  const anchor = (z) => (Math.abs(z) < 1 ? "middle" : z < 0 ? "start" : "end");
  return [
    [-1, "−1"],
    [-0.5, "−0.5"],
    [0, "0"],
    [0.5, "0.5"],
    [1, "1"],
  ].map(([z, mark]) => written(place(z), y, mark, anchor(z)));
}
// Draw anew whenever the place has another width.
function onWidth(root, draw) {
  root.watcher?.disconnect();
  let width = 0;
  root.watcher = new ResizeObserver(() => {
    if (root.clientWidth && root.clientWidth !== width) {
      width = root.clientWidth;
      draw(width);
    }
  });
  root.watcher.observe(root);
}
// What is in a place, as a picture of its own in paper's colours: an SVG with the words above it, or maps with theirs.
function drawn(root, paper, above = "") {
  const place = root.getBoundingClientRect();
  const head = above ? 24 : 0;
  const [width, height] = [Math.ceil(place.width), Math.ceil(place.height) + head];
  const inside = svg("g", { transform: `translate(0 ${head})` });
  const own = root.querySelector("svg");
  if (own) {
    const copy = own.cloneNode(true);
    const words = [...copy.querySelectorAll("text")];
    own.querySelectorAll("text").forEach((text, i) => {
      const { fontSize, fontWeight, paintOrder, stroke, strokeWidth } = getComputedStyle(text);
      Object.assign(words[i].style, { fontSize, fontWeight, paintOrder });
      if (stroke !== "none") Object.assign(words[i].style, { stroke: paper.ground, strokeWidth });
    });
    inside.append(copy);
  }
  for (const figure of root.querySelectorAll("figure")) {
    const canvas = figure.querySelector("canvas");
    const box = canvas.getBoundingClientRect();
    const [x, y] = [box.left - place.left, box.top - place.top];
    const caption = figure.querySelector("figcaption").textContent;
    const sharp = { style: "image-rendering: pixelated", href: canvas.toDataURL() };
    inside.append(written(x + box.width / 2, y - 6, caption, "middle"));
    inside.append(svg("image", { x, y, width: box.width, height: box.height, ...sharp }));
  }
  const rules = svg("style");
  rules.textContent = `text { fill: ${paper.ink}; font: 14px system-ui, sans-serif }`;
  const ground = svg("rect", { width, height, fill: paper.ground });
  const all = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}` }, rules, ground);
  if (above) all.append(written(8, 16, above));
  all.append(inside);
  const style = getComputedStyle(root);
  return new XMLSerializer()
    .serializeToString(all)
    .replaceAll("var(--st-background-color)", paper.ground)
    .replaceAll("var(--st-text-color)", paper.ink)
    .replaceAll("currentColor", paper.ink)
    .replace(/var\((--[a-z-]+)\)/g, (_, name) => style.getPropertyValue(name).trim() || paper.ink);
}
// Save a picture as a file of its kind.
async function download(picture, format, name) {
  const address = URL.createObjectURL(new Blob([picture], { type: "image/svg+xml" }));
  const link = document.createElement("a");
  link.download = `${name}.${format}`;
  link.href = address;
  if (format === "png") {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [2 * image.width, 2 * image.height];
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    link.href = canvas.toDataURL();
  }
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
