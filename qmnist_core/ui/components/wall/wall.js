// The maps of many circuits, a row a digit: orange where a lit pixel turns ⟨Z⟩'s angle one way, blue the other. Each
// frame is a file of its own, so that a training that goes on brings only what is new.
const SIDE = 28,
  PITCH = SIDE + 3,
  DIGITS = 10;

function rgb(element, name) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.fillStyle = getComputedStyle(element).getPropertyValue(name).trim() || "#888";
  return [1, 3, 5].map((i) => parseInt(pen.fillStyle.slice(i, i + 2), 16));
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".wall");
  const [canvas, list, pointed] = ["canvas", "ol", ".pointed"].map((name) => root.querySelector(name));
  const { levels, full } = data;
  const pen = canvas.getContext("2d");
  let [shown, picture] = [null, null];
  write(root.querySelector(".low"), `φ ≤ −${full}`);
  write(root.querySelector(".high"), `φ ≥ ${full} rad`);
  if (!list.children.length) {
    for (let digit = 0; digit < DIGITS; digit++) {
      list.append(Object.assign(document.createElement("li"), { textContent: digit }));
    }
  }

  function build(n) {
    const [width, height] = [n * PITCH - 3, DIGITS * PITCH - 3];
    if (canvas.width !== width || canvas.height !== height || !picture) {
      [canvas.width, canvas.height] = [width, height];
      root.style.setProperty("--ratio", width / height);
      picture = pen.createImageData(width, height);
    }
  }
  const names = data.frames.map((_, i) => `${data.run} maps ${i}`);
  function draw(main, frame) {
    let at = Math.min(frame, names.length - 1);
    while (at >= 0 && root.loaded[at] !== data.frames[at]) at--;
    if (at < 0) return;
    const reel = play.reels[names[at]];
    if (shown === reel) return;
    shown = reel;
    const n = reel.shapes.maps[1];
    build(n);
    const [low, high] = [rgb(root, "--qm-second"), rgb(root, "--qm-first")];
    const pixels = picture.data;
    for (let map = 0; map < DIGITS * n; map++) {
      const corner = Math.floor(map / n) * PITCH * canvas.width + (map % n) * PITCH;
      for (let i = 0; i < SIDE * SIDE; i++) {
        const level = reel.maps[map * SIDE * SIDE + i];
        const to = 4 * (corner + Math.floor(i / SIDE) * canvas.width + (i % SIDE));
        const colour = level > 0 ? high : low;
        pixels[to] = colour[0];
        pixels[to + 1] = colour[1];
        pixels[to + 2] = colour[2];
        pixels[to + 3] = Math.round((255 * Math.abs(level)) / levels);
      }
    }
    pen.putImageData(picture, 0, 0);
    const words = `Maps of φ of ${n} circuits for each of the ten digits, a row a digit: blue above 0, orange below`;
    canvas.setAttribute("aria-label", `${words}; after step ${main.steps[frame]}`);
  }
  canvas.onpointermove = (event) => {
    if (!shown) return;
    const box = canvas.getBoundingClientRect();
    const [x, y] = [
      ((event.clientX - box.left) / box.width) * canvas.width,
      ((event.clientY - box.top) / box.height) * canvas.height,
    ].map(Math.floor);
    const [row, column] = [y % PITCH, x % PITCH];
    const isOn = row >= 0 && column >= 0 && row < SIDE && column < SIDE;
    const [digit, k] = [Math.floor(y / PITCH), Math.floor(x / PITCH)];
    const level = shown.maps[((digit * shown.shapes.maps[1] + k) * SIDE + row) * SIDE + column];
    const value =
      Math.abs(level) < levels ? `≈ ${decimal((full * level) / levels, 3)}` : level > 0 ? `≥ ${full}` : `≤ −${full}`;
    write(pointed, isOn ? `digit ${digit}, circuit ${k + 1}, pixel (${row}, ${column}): φ ${value} rad` : "");
  };
  canvas.onpointerleave = () => write(pointed, "");

  root.loaded ??= [];
  data.frames.forEach((address, i) => {
    if (root.loaded[i] === address) return;
    play
      .load(names[i], address)
      .then(() => {
        root.loaded[i] = address;
        play.draw();
      })
      .catch(() => {}); // the frame before stands for it
  });
  play.follow(root, data.run, draw);
}
