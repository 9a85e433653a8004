// Drawings of a class. Each has a border in the colour of what the network at the cursor says, the answer in words, and
// a dot that swings from the second class, left, to the first; what is misread has a cross.
const SIDE = 28,
  GAP = 8,
  SAID = 24, // the height of the answer below a drawing
  WHO = 18,
  NAMED = 64, // the least width that has room for a name
  LARGEST = 150;

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".tiles");
  const [headline, grid, dialog] = [".headline", ".grid", "dialog"].map((name) => root.querySelector(name));
  const { classes, levels } = data;
  root.made ??= new Map();
  root.style.height = `${data.height}px`;

  function make(id) {
    const part = (name, tag = "span") => Object.assign(document.createElement(tag), { className: name });
    const tile = { root: part("tile", "button"), canvas: part("", "canvas"), track: part("track"), dot: part("dot") };
    for (const name of ["said", "who"]) tile[name] = part(name);
    tile.canvas.width = tile.canvas.height = SIDE;
    tile.root.type = "button";
    tile.track.append(tile.dot);
    tile.root.append(tile.canvas, tile.track, tile.said, tile.who);
    tile.root.onclick = () => open(id);
    return tile;
  }
  function paint(canvas, pixels) {
    const pen = canvas.getContext("2d");
    const image = pen.createImageData(SIDE, SIDE);
    pixels.forEach((gray, i) => {
      image.data.set([gray, gray, gray, 255], 4 * i);
    });
    pen.putImageData(image, 0, 0);
  }
  function open(id) {
    const tile = root.made.get(id);
    const large = document.createElement("canvas");
    large.width = large.height = SIDE;
    large.getContext("2d").drawImage(tile.canvas, 0, 0);
    dialog.querySelector(".picture").replaceChildren(large);
    dialog.querySelector(".words").textContent = tile.root.getAttribute("aria-label");
    for (const act of ["hide", "delete"]) {
      const button = dialog.querySelector(`.${act}`);
      button.hidden = !root.acts;
      button.onclick = () => {
        dialog.close();
        root.tell("act", { id, act });
      };
    }
    dialog.querySelector(".close").onclick = () => dialog.close();
    dialog.showModal();
  }
  [root.acts, root.tell] = [data.acts, setTriggerValue];

  function place() {
    const [width, height] = [grid.clientWidth, grid.clientHeight];
    const n = data.tiles.length;
    const tall = (size) => size + SAID + (size >= NAMED ? WHO : 0);
    const room = (size) => Math.floor((width + GAP) / (size + GAP)) * Math.floor((height + GAP) / (tall(size) + GAP));
    let size = LARGEST;
    while (size > SIDE && room(size) < n) size--;
    grid.style.setProperty("--size", `${size}px`);
    grid.classList.toggle("named", size >= NAMED);
  }

  function build(reel) {
    const shown = new Set(data.tiles.map((tile) => tile.id));
    for (const [id, tile] of root.made) {
      if (!shown.has(id)) {
        tile.root.remove();
        root.made.delete(id);
      }
    }
    data.tiles.forEach((one, i) => {
      if (!root.made.has(one.id)) root.made.set(one.id, make(one.id));
      const tile = root.made.get(one.id);
      if (grid.children[i] !== tile.root) grid.insertBefore(tile.root, grid.children[i] ?? null);
      paint(tile.canvas, reel.pictures.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE));
      write(tile.who, one.note || one.who || "\u00a0");
      tile.root.classList.toggle("taught", !one.is_tested);
      tile.shown = "";
    });
    place();
  }

  function named(one, says) {
    const whose = one.who ? `${one.who}: ` : "";
    const about = `${whose}meant as ${classes[one.label]}`;
    const note = one.note ? `; ${one.note}` : "";
    if (says === null) return about + note;
    const verdict = one.is_tested ? (says === one.label ? "right" : "wrong") : "it was trained on this one";
    return `${about}; the network says ${classes[says]}, ${verdict}${note}`;
  }

  function draw(reel, frame) {
    if (reel !== root.reel) return;
    const n = reel.z ? reel.shapes.z[1] : 0;
    let [right, tested] = [0, 0];
    for (const one of data.tiles) {
      const tile = root.made.get(one.id);
      const z = n ? reel.z[frame * n + one.pattern] / levels : null;
      const says = z === null ? null : z > 0 ? 0 : 1;
      if (one.is_tested) {
        tested++;
        if (says === one.label) right++;
      }
      if (z !== null) tile.dot.style.left = `calc(4px + ${(1 + z) / 2} * (100% - 8px))`;
      if (tile.shown === String(says)) continue;
      tile.shown = String(says);
      const isWrong = one.is_tested && says !== null && says !== one.label;
      tile.root.classList.toggle("wrong", isWrong);
      tile.root.classList.toggle("silent", says === null);
      tile.root.style.setProperty("--says", says === null ? "var(--st-border-color)" : sideOf(z));
      write(tile.said, says === null ? classes[one.label] : `${isWrong ? "✗ " : ""}${classes[says]}`);
      tile.root.setAttribute("aria-label", named(one, says));
    }
    say(right, tested, n > 0);
  }

  function say(right, tested, hasAnswers) {
    if (!data.tiles.length || !tested || !hasAnswers) {
      const waits = data.tiles.length ? counted(data.tiles.length) : "No";
      parts([`${waits} drawing${data.tiles.length === 1 ? "" : "s"}${data.tiles.length ? "" : " yet"}`]);
      return;
    }
    const words = [
      `${right} of ${tested} right`,
      `${percent(right / tested)}, 95\u00a0% interval ${interval(right / tested, tested)}`,
    ];
    const main = data.run && play.reels[data.run];
    if (main) {
      const accuracy = main.accuracy[play.frame(main)];
      words.push(`MNIST’s test images: ${percent(accuracy)}, ${interval(accuracy, data.n_test)}`);
    }
    const taught = data.tiles.length - tested;
    if (taught) words.push(`the ${counted(taught)} pale ones taught it`);
    parts(words);
  }
  function parts(words) {
    while (headline.children.length < words.length) headline.append(document.createElement("span"));
    while (headline.children.length > words.length) headline.lastChild.remove();
    words.forEach((text, i) => {
      write(headline.children[i], text);
    });
  }

  root.block = data.block;
  play
    .load("tiles", data.block)
    .then((reel) => {
      if (root.block !== data.block) return;
      root.reel = reel;
      build(reel);
      root.watcher?.disconnect();
      root.watcher = new ResizeObserver(place);
      root.watcher.observe(grid);
      play.follow(root, "tiles", draw);
    })
    .catch((error) => parts([error.message]));
}
