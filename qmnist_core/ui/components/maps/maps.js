// The exponents, one map of pixels a layer: orange below 0, blue above. Or the one angle φ of each pixel that the
// exponents of the layers XX and ZZ make together.
const LIMITS = [0.02, 0.05, 0.1, 0.2, 0.5, 1],
  GAP = 14, // pixels and more: sides of larger images have no gaps between their pixels
  CROWDED = 0.97, // the share of pixels for which colours tell φ apart
  CAPTION = 22,
  ROOMY = 170, // pixels, that a long caption needs
  KEY = 24;

function colours(element) {
  const style = getComputedStyle(element);
  const found = (name) => {
    const pen = document.createElement("canvas").getContext("2d");
    pen.fillStyle = style.getPropertyValue(name).trim() || "#fff";
    const hex = pen.fillStyle;
    return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
  };
  const [low, ground, high] = ["--qm-second", "--st-background-color", "--qm-first"].map(found);
  return Array.from({ length: 201 }, (_, i) => {
    const [end, share] = [i < 100 ? low : high, Math.abs(i - 100) / 100];
    return `rgb(${ground.map((value, c) => Math.round(value + (end[c] - value) * share)).join(",")})`;
  });
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".maps");
  const pointed = parentElement.querySelector(".pointed");
  const { layers, size, height, chosen, clickable, difference, names } = data;
  const n = size * size;
  const unit = difference ? 1 : HALF_TURN;
  let [parts, width, built, shown] = [null, 0, null, null];

  let latest = null;

  // φ in radians, r e^{iφ} = cos πb + i cos πa sin πb, of the sign that gives blue to the first digit.
  function angles(exponents) {
    const found = new Float32Array(n);
    let along = 0;
    for (let i = 0; i < n; i++) {
      const [a, b] = [exponents[i], exponents[n + i]].map((one) => (Math.PI * one) / HALF_TURN);
      found[i] = Math.atan2(Math.cos(a) * Math.sin(b), Math.cos(b));
      along += found[i] * difference[i];
    }
    return along < 0 ? found.map((one) => -one) : found;
  }
  function valuesAt(reel, frame) {
    const [, of, wide] = reel.shapes.exponents;
    const exponents = reel.exponents.subarray(frame * of * wide, (frame + 1) * of * wide);
    return difference ? angles(exponents) : exponents;
  }
  function limitOf(reel, layer) {
    if (difference) {
      const sizes = valuesAt(reel, reel.steps.length - 1).map(Math.abs);
      return Number(sizes.sort()[Math.floor(CROWDED * (n - 1))].toPrecision(2)) || 1;
    }
    let largest = 0;
    for (let at = layer * n; at < reel.exponents.length; at += layers.length * n)
      for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(reel.exponents[at + i]));
    return LIMITS.find((one) => one * HALF_TURN >= largest) ?? 1;
  }
  function build(reel) {
    const fitting = (columns) => {
      const rows = Math.ceil(layers.length / columns);
      return Math.min((width - 14 * columns) / columns, (height - KEY) / rows - CAPTION - 8);
    };
    const side = Math.max(64, Math.floor(Math.max(...[1, 2, 3].map(fitting))));
    const ratio = Math.max(1, Math.round(devicePixelRatio));
    const cell = Math.max(1, Math.floor((side * ratio) / size));
    const scale = colours(root);
    root.replaceChildren();
    parts = layers.map((name, layer) => {
      const limit = limitOf(reel, layer);
      const figure = document.createElement("figure");
      const caption = document.createElement("figcaption");
      const most = `±${limit}${difference ? " rad" : ""}`;
      const full = side < ROOMY ? ` ${most}` : `, full at ${most}`;
      caption.textContent = (data.captions[layer] ?? `layer ${layer + 1}: ${name}`) + (limit < 1 ? full : "");
      caption.title = `full colour at ${most}`;
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = cell * size;
      canvas.style.width = canvas.style.height = `${(cell * size) / ratio}px`;
      canvas.classList.toggle("clickable", Boolean(clickable));
      const pixel = (event) => {
        const box = canvas.getBoundingClientRect();
        const [row, column] = [
          ((event.clientY - box.top) / box.height) * size,
          ((event.clientX - box.left) / box.width) * size,
        ].map((place) => Math.min(size - 1, Math.max(0, Math.floor(place))));
        return row * size + column;
      };
      canvas.onpointermove = (event) => {
        const at = pixel(event);
        const value = decimal(shown[layer * n + at] / unit, 3);
        pointed.textContent = `pixel (${Math.floor(at / size)}, ${at % size}): ${value} ${difference ? "rad" : "half-turns"}`;
      };
      canvas.onpointerleave = () => {
        pointed.textContent = "";
      };
      canvas.onclick = (event) => clickable && setTriggerValue("click", { layer, pixel: pixel(event) });
      figure.append(caption, canvas);
      root.append(figure);
      return { pen: canvas.getContext("2d"), scale, cell, limit };
    });
    const key = document.createElement("div");
    key.className = "key";
    const [low, high] = names ? [`towards ${names[1]}`, `towards ${names[0]}`] : ["below 0", "above 0"];
    key.append(low, document.createElement("span"), high);
    root.append(key);
    built = reel;
  }
  function draw(reel, frame) {
    if (!width || reel.shapes.exponents[2] !== n) return;
    latest = [reel, frame];
    if (built !== reel) build(reel);
    shown = valuesAt(reel, frame);
    const ground = getComputedStyle(root).getPropertyValue("--st-border-color");
    parts.forEach(({ pen, scale, cell, limit }, layer) => {
      const gap = size <= GAP ? 1 : 0;
      if (gap) {
        pen.fillStyle = ground;
        pen.fillRect(0, 0, cell * size, cell * size);
      }
      for (let i = 0; i < n; i++) {
        const byHand = chosen && play.hand?.layer === layer && play.hand.pixel === i ? play.hand.value() : null;
        const value = byHand ?? shown[layer * n + i] / unit;
        pen.fillStyle = scale[100 + Math.round(100 * Math.max(-1, Math.min(1, value / limit)))];
        pen.fillRect((i % size) * cell, Math.floor(i / size) * cell, cell - gap, cell - gap);
      }
      if (chosen && chosen[0] === layer) {
        pen.strokeStyle = getComputedStyle(root).color;
        pen.lineWidth = Math.max(2, cell / 10);
        pen.strokeRect((chosen[1] % size) * cell + 1, Math.floor(chosen[1] / size) * cell + 1, cell - 3, cell - 3);
      }
    });
    const words = difference
      ? `φ of each of the ${size}×${size} pixels: blue where a lit pixel turns the angle towards ${names[0]}, orange where towards ${names[1]}`
      : `Exponents of ${layers.length} layers (${layers.join(", ")}) on ${size}×${size} pixels`;
    root.setAttribute("aria-label", `${words}, after step ${reel.steps[frame]}`);
  }
  if (data.reel) play.load(data.run, data.reel);
  offerToSave(parentElement.querySelector(".qmnist-save"), (format) => {
    root.style.setProperty("--st-background-color", data.paper.ground);
    root.style.setProperty("--st-border-color", data.paper.grid);
    build(latest[0]);
    draw(...latest);
    const picture = drawn(root, data.paper);
    root.removeAttribute("style");
    build(latest[0]);
    draw(...latest);
    return download(picture, format, data.name);
  });
  onWidth(root, (now) => {
    width = now;
    built = null;
    play.follow(root, data.run, draw);
  });
}
